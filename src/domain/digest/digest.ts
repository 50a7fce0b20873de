// What a digest says, as it is kept with its row: enough to show the same text again at any later time.
import { z } from 'zod'
import { loadSchema } from './digest-load.ts'
import { changeSchema } from './digest-change.ts'
import { targetsSchema } from './digest-targets.ts'
import { moneySchema, noMoney } from './digest-money.ts'
import { reviewResultSchema } from './review.ts'

const n = z.number()
const ms = z.number().nullable()

/**
 * One window, of everything or of one workflow. Every number counts facts with a time inside the window; a time that
 * something took is exact to 2.2 % (histogram.ts).
 */
export const windowFiguresSchema = z.object({
  /** Runs not ended when the window began, and events accepted in it. */
  carriedIn: n,
  accepted: n,
  /** Runs ended in it; `automated`: without any exception or manual step. */
  ended: n,
  achieved: n,
  declined: n.default(0),
  dismissed: n.default(0),
  failed: n,
  ignored: n,
  automated: n,
  /** Runs that met their first machine fault in it, whether or not they ended. */
  erred: n,
  cycleP50Ms: ms,
  cycleP90Ms: ms,
  /** How the runs were at the end of the window. carriedIn + accepted = ended + open + inFlight + unaccounted. */
  open: n,
  inFlight: n,
  unaccounted: n,
  /** Exceptions opened in it; `reopened`: those that had been resolved and came back, which are not opened again. */
  opened: n,
  reopened: n.default(0),
  /** Resolutions by people that proved final in it: the run ended, or stopped for something else. */
  resolved: n,
  resolveP50Ms: ms,
  resolveP90Ms: ms,
  /** Of final resolutions, and of what nobody acted on in time: those with a due time, and those answered by then. */
  slaDue: n,
  slaMet: n,
  /** What the runs that ended in it had cost in coordination when they ended. */
  manualSteps: n,
  handOffs: n,
  messages: n,
  people: n,
})
export type WindowFigures = z.output<typeof windowFiguresSchema>

/** `what` is a name of a window's figures. */
const correctionSchema = z.object({ what: z.string(), said: ms, is: ms })
export type Correction = z.output<typeof correctionSchema>

const named = z.object({ workflow: z.string(), title: z.string() })

export const digestFiguresSchema = z.object({
  version: z.literal(1),
  period: z.enum(['day', 'week']),
  /** Counts the workflows that were this team's when it was taken; null: all workflows. */
  team: z.string().nullable().default(null),
  /** The window had not ended: `before` is the same stretch of the one before, while `weeks` has all of each that is over. */
  isSoFar: z.boolean(),
  timezone: z.string(),
  label: z.string(),
  takenAt: z.iso.datetime(),
  /** The conservation law over everything that had arrived when the window ended. */
  ledger: z.object({ accepted: n, outcomes: n, open: n, inFlight: n, unaccounted: n }),
  targets: targetsSchema.default({}),
  now: windowFiguresSchema,
  before: windowFiguresSchema,
  change: changeSchema.nullable().default(null),
  workflows: z.array(named.extend({ now: windowFiguresSchema, before: windowFiguresSchema })),
  money: moneySchema.default(noMoney),
  load: loadSchema.default([]),
  reasons: z.array(z.object({ reason: z.string(), now: n, before: n })),
  /** `runs`: all that were received or carried over; null: nothing was to be shown of them. */
  weeks: z.array(
    z.object({ label: z.string(), accepted: n, automated: n, handled: n, runs: n.nullable().default(null) }),
  ),
  /** Without subjects: whoever reads a digest need not be one who may read the runs. The lists behind it show them. */
  oldest: z.array(
    z.object({
      exceptionId: z.string(),
      title: z.string(),
      reason: z.string(),
      ownerId: z.string().nullable(),
      ownerLabel: z.string(),
      openedAt: z.iso.datetime(),
    }),
  ),
  /** Workflows to look after: had events but none in this window; nobody answers for; never had an event. */
  silent: z.array(named),
  unowned: z.array(named),
  unused: z.array(named),
  /** Facts that came late: what the digest of the window before had said, and what the rows say now. */
  corrections: z.array(correctionSchema),
  /** Of a digest that is told again: what came to light about its own window since it was first told. */
  since: z.array(correctionSchema).default([]),
  /** Deliveries that no workflow wanted, by what their senders call them: of all sources, or of the team's own hooks. */
  ignored: z.array(z.object({ address: z.string(), type: z.string().nullable(), n })).default([]),
  /** The newest row of the audit when this was taken: with it, nobody can rewrite what came before unnoticed. */
  auditHead: z.object({ id: z.string(), hash: z.string() }).nullable(),
  /** The newest finished review of each workflow that was reviewed in the window. */
  reviews: z.array(reviewResultSchema),
})
export type DigestFigures = z.output<typeof digestFiguresSchema>

/** A share as a number from 0 to 1; null of nothing. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const whole = (value: number | null) => (value === null ? null : Math.round(value))

/** What two readings of one window do not agree on. Fractions of a millisecond are no news. */
export function correctionsTo(said: WindowFigures, is: WindowFigures): Correction[] {
  const names = Object.keys(windowFiguresSchema.shape) as (keyof WindowFigures)[]
  return names
    .filter((name) => whole(said[name]) !== whole(is[name]))
    .map((name) => ({ what: name, said: said[name], is: is[name] }))
}
