// What could not be told to another system in time is one exception for each subscription; it closes itself once that is
// sent again.
import { callbackOf, givenUp, type GivenUp, openGivenUp } from '../../db/announcements.ts'
import { counted } from '../../domain/text/counted.ts'
import { type Finding, type Under, type WatchDeps, writeFound } from './finding.ts'

/** A callback is the workflow's owner's, a subscription the operators'. */
async function underOwner({ catalog }: WatchDeps, { subscription }: GivenUp): Promise<Under | undefined> {
  const workflow = callbackOf(subscription)
  const current = workflow === undefined ? undefined : await catalog.current(workflow)
  return current && { current, standards: current.version.standards, owner: [] }
}

async function findingOf(deps: WatchDeps, one: GivenUp): Promise<Finding> {
  const { subscription, count, first, error } = one
  const whom =
    callbackOf(subscription) === undefined
      ? `The subscription “${subscription}”`
      : 'A sender that asked to be called back'
  return {
    under: await underOwner(deps, one),
    key: `subscription:${subscription}:${first}`,
    subject: subscription,
    reason: 'action_failed',
    detail: `${whom} was not told of ${counted(count, 'event')}: ${error}. "signalbox subscriptions ${subscription} --again" sends ${count === 1 ? 'it' : 'them'} again, and this closes itself then.`,
    data: { subscription },
    about: `subscription/${subscription}`,
  }
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchAnnouncements(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const open = await openGivenUp(deps.db.prisma)
  const known = new Set(open.filter(({ isOver }) => !isOver).map(({ subscription }) => subscription))
  const fresh: Finding[] = []
  for (const one of await givenUp(deps.db.prisma))
    if (!known.has(one.subscription)) fresh.push(await findingOf(deps, one))
  const over = open.filter(({ isOver }) => isOver)
  return writeFound(deps, {
    over: over.map((one) => ({ ...one, note: 'nothing of it is given up any more' })),
    fresh,
  })
}
