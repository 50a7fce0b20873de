// The review of twenty: finished runs in a random sample, four questions about each, a result that can be compared.
import { z } from 'zod'

export const REVIEW_SIZE = 20

export const questions = {
  pathClear: 'Was the routing clear?',
  workSaved: 'Did it save manual work?',
  caughtEarly: 'Was the exception caught early?',
  evidenceEnough: 'Is the evidence enough to explain it to somebody else?',
} as const
export type Question = keyof typeof questions
export const questionNames = Object.keys(questions) as Question[]

export const answerWords = { yes: 'Yes', no: 'No', na: 'Does not apply' } as const
export type Answer = keyof typeof answerWords
export type Answers = Record<Question, Answer>

const yesAndNo = z.object({ yes: z.number(), no: z.number() })
export const reviewResultSchema = z.object({
  workflow: z.string(),
  title: z.string(),
  runs: z.number(),
  /** How many said yes and no to each question; "does not apply" is neither. */
  answers: z.object({
    pathClear: yesAndNo,
    workSaved: yesAndNo,
    caughtEarly: yesAndNo,
    evidenceEnough: yesAndNo,
  }),
  /** Of the review before, if there was one. */
  before: z
    .object({ pathClear: yesAndNo, workSaved: yesAndNo, caughtEarly: yesAndNo, evidenceEnough: yesAndNo })
    .nullable(),
})
export type ReviewResult = z.output<typeof reviewResultSchema>
export type AnswerCounts = ReviewResult['answers']

export function countAnswers(all: Answers[]): AnswerCounts {
  const count = (name: Question, answer: Answer) => all.filter((one) => one[name] === answer).length
  const of = (name: Question) => ({ yes: count(name, 'yes'), no: count(name, 'no') })
  return {
    pathClear: of('pathClear'),
    workSaved: of('workSaved'),
    caughtEarly: of('caughtEarly'),
    evidenceEnough: of('evidenceEnough'),
  }
}

/**
 * Draws `size` runs so that each route is there in proportion, and each at least once while there is room: routes take
 * turns by how far they are behind their share. Within a route chance decides. Same seed, same runs: same draw.
 */
export function drawRuns(
  runs: { id: string; route: string | null }[],
  size: number,
  random: () => number,
): string[] {
  const strata = new Map<string, string[]>()
  for (const { id, route } of runs.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const key = route ?? ''
    strata.set(key, [...(strata.get(key) ?? []), id])
  }
  const piles = [...strata.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, ids]) => ({ ids: shuffled(ids, random), share: ids.length / runs.length, taken: 0 }))
  const drawn: string[] = []
  while (drawn.length < Math.min(size, runs.length)) {
    const open = piles.filter(({ ids, taken }) => taken < ids.length)
    const unseen = open.filter(({ taken }) => taken === 0)
    const behind = (pile: (typeof piles)[number]) => pile.share * (drawn.length + 1) - pile.taken
    const next = (unseen.length > 0 ? unseen : open).reduce((a, b) => (behind(b) > behind(a) ? b : a))
    drawn.push(next.ids[next.taken] as string)
    next.taken += 1
  }
  return drawn
}

function shuffled(ids: string[], random: () => number): string[] {
  const left = [...ids]
  const out: string[] = []
  while (left.length > 0) out.push(...left.splice(Math.floor(random() * left.length), 1))
  return out
}

/** Numbers from 0 to 1 that a text decides (mulberry32 over an FNV hash): a draw can be repeated and checked. */
export function randomFrom(seed: string): () => number {
  let state = 2_166_136_261
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 16_777_619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
