// That Slack does not take our cards is itself an exception: once for all of them (Slack is away, the token was revoked),
// and once for each channel whose cards had to stand elsewhere. Each closes itself when Slack takes them again.
import { cardsDisplaced, cardsFailing, openRefusals } from '../../db/cards/refused-cards.ts'
import { openStops } from '../../db/heartbeats.ts'
import { isOfBlocks } from '../../domain/refused-blocks.ts'
import { type Finding, type WatchDeps, writeFound } from './finding.ts'

/** Longer than a restart of Slack's takes to be noticed by nobody. */
export const FAILING_MS = 120_000
const ALL = 'slack'

interface Refusal {
  key: string
  detail: string
  undelivered: string
  since: string
}

const waiting = (count: number) => (count === 1 ? 'One card waits' : `${count} cards wait`)

/** What Slack refuses one by one is not cured by a new token. */
const adviceOn = (error: string): string =>
  isOfBlocks(error)
    ? 'Slack refuses what is on them: `/workflow queue` has them all.'
    : "Check the bot's token and whether Slack is there: `signalbox doctor`."

async function refusals({ db, clock }: WatchDeps): Promise<Refusal[]> {
  const failing = await cardsFailing(db.prisma, new Date(clock().getTime() - FAILING_MS))
  // Its socket is gone too: then that is the finding already.
  const isKnown = (await openStops(db.prisma)).some(({ part }) => part === 'slack')
  const displaced = await cardsDisplaced(db.prisma)
  return [
    ...(failing && !isKnown
      ? [
          {
            key: `undelivered:${failing.since.toISOString()}`,
            detail: `Slack has taken no card since ${failing.since.toISOString()} (${failing.error}). ${waiting(failing.count)}; nothing is lost. ${adviceOn(failing.error)}`,
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

const findingOf = ({ key, detail, undelivered, since }: Refusal): Finding => ({
  key,
  reason: 'internal_error',
  detail,
  data: { undelivered, since },
  about: `undelivered/${undelivered}`,
})

/** One look; resolves with how many exceptions were opened and closed. */
export async function watchCards(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const now = await refusals(deps)
  const open = await openRefusals(deps.db.prisma)
  const refused = new Set(now.map(({ undelivered }) => undelivered))
  const known = new Set(open.map(({ about }) => about))
  return writeFound(deps, {
    over: open
      .filter(({ about }) => !refused.has(about))
      .map((one) => ({ ...one, note: 'Slack takes the cards again' })),
    fresh: now.filter(({ undelivered }) => !known.has(undelivered)).map(findingOf),
  })
}
