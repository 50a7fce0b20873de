// That Slack does not take our cards is itself an exception: once for all of them (Slack is away, the token was revoked),
// and once for each channel whose cards had to stand elsewhere. Each closes itself when Slack takes them again.
import { cardsDisplaced, cardsFailing, openUndelivered } from '../../db/undelivered.ts'
import { openStops } from '../../db/heartbeats.ts'
import { closeException } from '../resume/close.ts'
import { type Finding, type FindingDeps, raiseFinding } from './finding.ts'

/** Longer than a restart of Slack's takes to be noticed by nobody. */
export const FAILING_MS = 120_000
const engine = { id: 'engine', surface: 'engine' } as const
const ALL = 'slack'

const waiting = (count: number) => (count === 1 ? 'One card waits' : `${count} cards wait`)

async function findings({ db, clock }: FindingDeps): Promise<Finding[]> {
  const failing = await cardsFailing(db.prisma, new Date(clock().getTime() - FAILING_MS))
  // Its socket is gone too: then that is the finding already.
  const isKnown = (await openStops(db.prisma)).some(({ part }) => part === 'slack')
  const displaced = await cardsDisplaced(db.prisma)
  return [
    ...(failing && !isKnown
      ? [
          {
            dedupeKey: `watchdog:undelivered:${failing.since.toISOString()}`,
            detail: `Slack has taken no card since ${failing.since.toISOString()} (${failing.error}). ${waiting(failing.count)}; nothing is lost. Check the bot's token and whether Slack is there: \`signalbox doctor\`.`,
            data: { undelivered: ALL, since: failing.since.toISOString() },
            about: `undelivered/${ALL}`,
          },
        ]
      : []),
    ...displaced.map(({ channel, since, count, error }) => ({
      dedupeKey: `watchdog:undelivered:${channel}:${since.toISOString()}`,
      detail: `${error} ${count === 1 ? 'One card stands' : `${count} cards stand`} elsewhere since ${since.toISOString()}. Bring the channel back, invite Signalbox, or name another one in the workflow.`,
      data: { undelivered: channel, since: since.toISOString() },
      about: `undelivered/${channel}`,
    })),
  ]
}

/** One look; resolves with how many exceptions were opened and closed. */
export async function watchDelivery(deps: FindingDeps): Promise<{ opened: number; closed: number }> {
  const { db, clock, cardsChanged } = deps
  const found = await findings(deps)
  const open = await openUndelivered(db.prisma)
  let opened = 0
  let closed = 0
  for (const { id, runId, about } of open) {
    if (found.some(({ data }) => data['undelivered'] === about)) continue
    const closing = { exceptionId: id, runId, as: 'recovered', outcome: 'ignored', actor: engine } as const
    const note = 'Slack takes the cards again'
    if (await db.transaction((tx) => closeException(tx, { ...closing, note, at: clock() }))) closed += 1
  }
  for (const finding of found) {
    if (open.some(({ about }) => about === finding.data['undelivered'])) continue
    if (await raiseFinding(deps, finding)) opened += 1
  }
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}
