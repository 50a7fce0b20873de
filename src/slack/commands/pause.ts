// /workflow pause and resume: a workflow by its owner or an operator; everything, or calls to one host, by operators.
import { listPauses } from '../../db/pauses.ts'
import { answerableFor } from '../../db/people/owners.ts'
import { inWords, labelsOf, mayAct } from '../../db/people/people.ts'
import { openCircuits } from '../../db/open-circuits.ts'
import { workflowHealth } from '../../db/workflows/workflow-health.ts'
import { counted, countedDo } from '../../domain/text/counted.ts'
import { nearest } from '../../workflow/nearest.ts'
import type { SlackDeps } from '../deps.ts'
import { code, inline, mention, moment } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'
import type { Subcommand } from './command.ts'

const TARGET = 'target:'

/** A refusal: `who` may. */
export const mayNot = (who: string): Reply => ({
  text: `:no_entry: You can't do this. Ask ${inline(who, 300)}.`,
  isPrivate: true,
})

/** Who may, in words; undefined when this person may. */
async function notTheirs(
  { db }: Pick<SlackDeps, 'db'>,
  userId: string,
  ownerSpec: string | undefined,
): Promise<Reply | undefined> {
  const allowed = answerableFor(ownerSpec)
  if (await mayAct(db.prisma, userId, allowed)) return undefined
  return mayNot(await inWords(db.prisma, allowed))
}

async function meant(
  { db, clock }: SlackDeps,
  what: string,
): Promise<{ id: string; name: string; ownerSpec?: string } | { unknown: string }> {
  if (what.toLowerCase() === 'all') return { id: 'all', name: 'Everything' }
  const all = await workflowHealth(db.prisma, { at: clock() })
  const found = all.find(({ key }) => key === what)
  if (found) return { id: `workflow:${what}`, name: inline(found.title), ownerSpec: found.ownerSpec }
  if (/^[\w-]+(\.[\w-]+)+(:\d+)?$|^[\w-]+:\d+$/.test(what))
    return { id: TARGET + what, name: `Every call to ${code(what)}` }
  const near = nearest(
    what,
    all.map(({ key }) => key),
  )
  return {
    unknown: `${code(what)} is neither a workflow nor a host.${near === undefined ? '' : ` Did you mean ${code(near)}?`}`,
  }
}

/** Of a workflow that this person may not read, that something fails and no more. */
async function failingTargets({ db, accessFor }: SlackDeps, userId: string): Promise<string> {
  const circuits = await openCircuits(db.prisma)
  if (circuits.length === 0) return 'All targets are healthy.'
  const access = await accessFor(userId)
  const lines: string[] = []
  for (const { target, workflows, until } of circuits) {
    const mayRead = await Promise.all(
      (workflows.length > 0 ? workflows : ['']).map((key) => access.may('read', key)),
    )
    if (mayRead.includes(true))
      lines.push(`• ${code(target)} is failing, paused until ${moment(until)} at most`)
  }
  const hidden = circuits.length - lines.length
  if (hidden > 0) lines.push(`• ${counted(hidden, 'target')} of workflows that you can't read: failing`)
  return lines.join('\n')
}

/** Who may not pause calls to a host does not read whose hosts somebody paused. */
async function paused(deps: SlackDeps, userId: string): Promise<string> {
  const { db } = deps
  const pauses = await listPauses(db.prisma)
  if (pauses.length === 0) return 'Nothing is paused. `/workflow pause order-delivery` pauses a workflow.'
  const labels = await labelsOf(
    db.prisma,
    pauses.map(({ pausedBy }) => pausedBy),
  )
  const isOperator = (await notTheirs(deps, userId, undefined)) === undefined
  return pauses
    .map(({ id, pausedAt, pausedBy, note, parked }) => {
      const by = mention(pausedBy, labels.get(pausedBy) ?? pausedBy)
      const isHidden = id.startsWith(TARGET) && !isOperator
      const why = note === null || isHidden ? '' : ` (${inline(note, 200)})`
      return `• ${isHidden ? 'Calls to one host' : code(id)} since ${moment(pausedAt)} by ${by}${why}, ${countedDo(parked, 'wait')}`
    })
    .join('\n')
}

const standing = async (deps: SlackDeps, userId: string): Promise<string> =>
  `${await paused(deps, userId)}\n${await failingTargets(deps, userId)}`

export const pause: Subcommand = {
  name: 'pause',
  usage: 'pause [workflow | host | all]',
  example: 'pause order-delivery',
  does: 'lets runs wait, while events are still taken; alone: what is paused, and targets that rest',
  async answer(deps, { words }, { userId }) {
    const [what] = words
    if (what === undefined) return standing(deps, userId)
    const one = await meant(deps, what)
    if ('unknown' in one) return one.unknown
    const refused = await notTheirs(deps, userId, one.ownerSpec)
    if (refused !== undefined) return refused
    const note = words.slice(1).join(' ') || undefined
    const isNew = await deps.pause({ id: one.id, actor: { id: userId, surface: 'slack' }, note })
    return isNew
      ? `${one.name} is paused: events are taken, runs wait. ${code(`/workflow resume ${what}`)} ends it.`
      : `${one.name} is paused already.`
  },
}

export const resume: Subcommand = {
  name: 'resume',
  usage: 'resume <workflow | host | all>',
  example: 'resume order-delivery',
  does: 'ends a pause; runs on hold continue',
  async answer(deps, { words: [what] }, { userId }) {
    if (what === undefined) return standing(deps, userId)
    const one = await meant(deps, what)
    if ('unknown' in one) return one.unknown
    const refused = await notTheirs(deps, userId, one.ownerSpec)
    if (refused !== undefined) return refused
    const wasPaused = await deps.resume({ id: one.id, actor: { id: userId, surface: 'slack' } })
    return wasPaused ? `${one.name} continues.` : `${one.name} was not paused.`
  },
}
