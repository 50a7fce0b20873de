// That Slack does not take our cards is itself an exception: once for all of them (Slack is away, the token was revoked),
// and once for each channel whose cards had to stand elsewhere. Each closes itself when Slack takes them again.
import { cardsDisplaced, cardsFailing, openUndelivered } from '../../db/refused-cards.ts'
import { openStops } from '../../db/heartbeats.ts'
import { closeFinding, raiseFinding, underOperators, type WatchDeps } from './finding.ts'

/** Longer than a restart of Slack's takes to be noticed by nobody. */
export const FAILING_MS = 120_000
const ALL = 'slack'

interface Found {
  key: string
  detail: string
  undelivered: string
  since: string
}

const waiting = (count: number) => (count === 1 ? 'One card waits' : `${count} cards wait`)

async function findings({ db, clock }: WatchDeps): Promise<Found[]> {
  const failing = await cardsFailing(db.prisma, new Date(clock().getTime() - FAILING_MS))
  // Its socket is gone too: then that is the finding already.
  const isKnown = (await openStops(db.prisma)).some(({ part }) => part === 'slack')
  const displaced = await cardsDisplaced(db.prisma)
  return [
    ...(failing && !isKnown
      ? [
          {
            key: `undelivered:${failing.since.toISOString()}`,
            detail: `Slack has taken no card since ${failing.since.toISOString()} (${failing.error}). ${waiting(failing.count)}; nothing is lost. Check the bot's token and whether Slack is there: \`signalbox doctor\`.`,
            undelivered: ALL,
            since: failing.since.toISOString(),
          },
        ]
      : []),
    ...displaced.map(({ channel, since, count, error }) => ({
      key: `undelivered:${channel}:${since.toISOString()}`,
      detail: `${error} ${count === 1 ? 'One card stands' : `${count} cards stand`} elsewhere since ${since.toISOString()}. Bring the channel back, invite Signalbox, or name another one in the workflow.`,
      undelivered: channel,
      since: since.toISOString(),
    })),
  ]
}

/** One look; resolves with how many exceptions were opened and closed. */
export async function watchCards(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db, cardsChanged } = deps
  const found = await findings(deps)
  const open = await openUndelivered(db.prisma)
  let opened = 0
  let closed = 0
  for (const { id, runId, about } of open) {
    if (found.some(({ undelivered }) => undelivered === about)) continue
    if (await closeFinding(deps, { id, runId, note: 'Slack takes the cards again' })) closed += 1
  }
  const under = found.length === 0 ? undefined : await underOperators(deps)
  for (const { key, detail, undelivered, since } of found) {
    if (!under || open.some(({ about }) => about === undelivered)) continue
    const data = { undelivered, since }
    const finding = {
      under,
      key,
      reason: 'internal_error',
      detail,
      data,
      about: `undelivered/${undelivered}`,
    } as const
    if (await raiseFinding(deps, finding)) opened += 1
  }
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}
