// /workflow replay of many: a plan first (how many, of what), then start, list and cancel by its name. The same plans
// as those of `signalbox replay`.
import type { Access } from '../../access/access.ts'
import { type BatchView, readBatches } from '../../db/runs/replay-batches.ts'
import { counted } from '../../domain/text/counted.ts'
import { isDuration, parseDuration } from '../../domain/time/duration.ts'
import { isReason, reasons } from '../../domain/exceptions/reasons.ts'
import type { SlackDeps } from '../deps.ts'
import { code, inline } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'
import { mayNot } from './pause.ts'

const MOST_PER_MINUTE = 6000
const SHOWN = 10
export const MANY_USAGE =
  'Many: `/workflow replay workflow=order-delivery since=2d where="record.amount > 100.0" name=fix` plans; `replay start fix`, `replay cancel fix`, `replay list`.'

/** Finds the runs and says how many of what. Nothing is replayed yet. */
export async function planMany(
  deps: SlackDeps,
  pairs: Record<string, string>,
  userId: string,
): Promise<Reply | string> {
  const { workflow = '', since = '1d', where, reason, rate = '60' } = pairs
  const perMinute = Number(rate)
  const at = deps.clock()
  const name = pairs['name'] ?? `${workflow} ${at.toISOString().slice(0, 19)}`
  if (!isDuration(since)) return `${code(`since=${since}`)} is no time: write 12h, 2d or 1w.`
  if (!(perMinute >= 1 && perMinute <= MOST_PER_MINUTE))
    return `rate is runs a minute, 1 to ${MOST_PER_MINUTE}.`
  if (reason !== undefined && !isReason(reason)) return `reason is one of ${reasons.join(', ')}.`
  const plan = await deps.replayMany.plan({
    name,
    workflow,
    since: new Date(at.getTime() - parseDuration(since)),
    until: at,
    version: 'current',
    repeatDone: false,
    perMinute,
    actor: { id: userId, surface: 'slack' },
    ...(where === undefined ? {} : { where }),
    ...(reason === undefined ? {} : { reason }),
  })
  if (plan.kind === 'invalid') return inline(plan.problem, 500)
  if (plan.kind === 'not_allowed') return mayNot(plan.who)
  const of = Object.entries(plan.of).map(([what, n]) => `${n} ${what}`)
  const kinds = of.length > 0 ? ` (${of.join(', ')})` : ''
  return `${code(name)}: ${counted(plan.total, 'run')}${kinds}, ${perMinute} a minute. Nothing is replayed yet: ${code(`/workflow replay start "${name}"`)} starts it.`
}

const line = ({ name, workflow, state, because, replayed, refused, total }: BatchView) =>
  `• ${code(name)} (${inline(workflow)}): ${state}${because === null ? '' : `, ${inline(because, 200)}`}; ${replayed + refused} of ${total} done${refused === 0 ? '' : `, ${refused} refused`}`

export async function listMany({ db }: SlackDeps, access: Access): Promise<string> {
  const all = await readBatches(db.prisma, 'all')
  const mayRead = await Promise.all(all.map(({ workflow }) => access.may('read', workflow)))
  const batches = all.filter((_batch, at) => mayRead[at])
  return batches.length === 0
    ? `No replay is planned. ${MANY_USAGE}`
    : batches.slice(0, SHOWN).map(line).join('\n')
}

/** Starts or cancels the plan of this name. */
export async function moveMany(
  deps: SlackDeps,
  { to, name }: { to: 'start' | 'cancel'; name: string },
  userId: string,
): Promise<Reply | string> {
  const answer = await deps.replayMany[to](name, { id: userId, surface: 'slack' })
  switch (answer.kind) {
    case 'moved':
      return to === 'start'
        ? `${code(name)} runs. ${code('/workflow replay list')} shows how far.`
        : `${code(name)} is cancelled. What was replayed stays.`
    case 'not_now':
      return `${code(name)} is ${answer.state}.`
    case 'not_allowed':
      return mayNot(answer.who)
    case 'unknown':
      return `No replay is called ${code(name)}. ${code('/workflow replay list')} shows them.`
  }
}
