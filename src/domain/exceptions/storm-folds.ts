// Which exceptions are shown on one card instead of a card each. By kind, once there are more than a few; by workflow and
// reason, once more cards wait for a channel than it takes in half a minute (Slack was away, or a great deal came at once);
// and by less and less, until what waits is posted in less than two minutes, however it is spread.

/** Exceptions of one kind (fingerprint) and channel, whose cards are not posted yet. */
export interface WaitingGroup {
  fingerprint: string
  workflow: string
  reason: string
  channel: string
  ids: string[]
  /** Of this kind, with a card of their own since a minute ago. */
  recent: number
  /** The card that stands for this kind, while it is not quiet. */
  storm: string | null
  /** The same for its workflow and reason, for its workflow, and for the channel. */
  wider: string | null
  ofWorkflow: string | null
  ofChannel: string | null
  first: Date
  /** Cards of the channel that wait besides: of storms, and those whose post is not confirmed. */
  besides: number
}

export interface Fold {
  /** What the card stands for: a fingerprint, workflow and reason, a workflow, or EVERYTHING of a channel. */
  kind: string
  channel: string
  ids: string[]
  /** The card that takes them; null: a new one. */
  storm: string | null
  first: Date
}

// What failed is one fault seen often; what asks for a judgement is looked at one by one for longer.
const judged: ReadonlySet<string> = new Set(['approval_required', 'needs_judgement', 'duplicate_suspected'])
const FEW_FAILED = 2
const FEW_JUDGED = 10
/** A channel takes one message a second. */
const MOST_WAITING = 30
/** So many are on their way for less than two minutes. */
const MOST_MESSAGES = 100
/** No workflow has such a key. */
export const EVERYTHING = '*'

const isStorm = ({ storm, ids, recent, reason }: WaitingGroup): boolean =>
  storm !== null || ids.length + recent > (judged.has(reason) ? FEW_JUDGED : FEW_FAILED)

const cardsOf = (group: WaitingGroup): number => {
  if (!isStorm(group)) return group.ids.length
  return group.storm === null ? 1 : 0
}

const byFingerprint = ({ fingerprint, channel, ids, storm, first }: WaitingGroup): Fold => ({
  kind: fingerprint,
  channel,
  ids,
  storm,
  first,
})

const earlier = (a: Date, b: Date): Date => (a < b ? a : b)

interface Way {
  kindOf: (group: WaitingGroup) => string
  storm: (group: WaitingGroup) => string | null
  /** More than so many are worth a card. */
  few: number
}

/** What has no card of its kind yet, by something it has in common. */
function foldBy(groups: WaitingGroup[], { kindOf, storm, few }: Way): Fold[] {
  const folds = new Map<string, Fold>()
  for (const group of groups) {
    const { channel, ids, first } = group
    const kind = kindOf(group)
    const so = folds.get(kind) ?? { kind, channel, ids: [], storm: storm(group), first }
    folds.set(kind, { ...so, ids: [...so.ids, ...ids], first: earlier(so.first, first) })
  }
  return [...folds.values()].filter((fold) => fold.storm !== null || fold.ids.length > few)
}

const byReason = (few: number): Way => ({
  kindOf: ({ workflow, reason }) => `${workflow}/${reason}`,
  storm: ({ wider }) => wider,
  few,
})
/** From what tells people most to what tells them least. */
const ways: Way[] = [
  byReason(FEW_FAILED),
  byReason(1),
  { kindOf: ({ workflow }) => workflow, storm: ({ ofWorkflow }) => ofWorkflow, few: 1 },
  { kindOf: () => EVERYTHING, storm: ({ ofChannel }) => ofChannel, few: 1 },
]

/** How many messages are left to be posted of these groups. */
const messagesOf = (groups: WaitingGroup[], folds: Fold[]): number => {
  const all = groups.reduce((sum, { ids }) => sum + ids.length, groups[0]?.besides ?? 0)
  return folds.reduce((left, { ids, storm }) => left - ids.length + (storm === null ? 1 : 0), all)
}

function foldChannel(groups: WaitingGroup[]): Fold[] {
  const waiting = groups.reduce((sum, group) => sum + cardsOf(group), groups[0]?.besides ?? 0)
  if (waiting <= MOST_WAITING) return groups.filter(isStorm).map(byFingerprint)
  const known = groups.filter(({ storm }) => storm !== null)
  const others = groups.filter(({ storm }) => storm === null)
  const plans = ways.map((way) => [...known.map(byFingerprint), ...foldBy(others, way)])
  return plans.find((plan) => messagesOf(groups, plan) <= MOST_MESSAGES) ?? plans.at(-1) ?? []
}

export const planFolds = (groups: WaitingGroup[]): Fold[] =>
  [...Map.groupBy(groups, ({ channel }) => channel).values()].flatMap(foldChannel)
