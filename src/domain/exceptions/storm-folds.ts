// Which exceptions are shown on one card instead of a card each. By kind, once there are more than a few; by workflow and
// reason, once more cards wait for a channel than it takes in half a minute (Slack was away, or a great deal came at once).

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
  /** The same for its workflow and reason. */
  wider: string | null
  first: Date
  /** Cards of the channel that wait besides: of storms, and those whose post is not confirmed. */
  besides: number
}

export interface Fold {
  /** What the card stands for: a fingerprint, or workflow and reason. */
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

/** What has no card of its kind yet, by workflow and reason. */
function byReason(groups: WaitingGroup[]): Fold[] {
  const folds = new Map<string, Fold>()
  for (const { workflow, reason, channel, ids, wider, first } of groups) {
    const kind = `${workflow}/${reason}`
    const so = folds.get(kind) ?? { kind, channel, ids: [], storm: wider, first }
    folds.set(kind, { ...so, ids: [...so.ids, ...ids], first: earlier(so.first, first) })
  }
  return [...folds.values()].filter(({ ids, storm }) => storm !== null || ids.length > FEW_FAILED)
}

export function planFolds(groups: WaitingGroup[]): Fold[] {
  return [...Map.groupBy(groups, ({ channel }) => channel).values()].flatMap((ofChannel) => {
    const waiting = ofChannel.reduce((sum, group) => sum + cardsOf(group), ofChannel[0]?.besides ?? 0)
    if (waiting <= MOST_WAITING) return ofChannel.filter(isStorm).map(byFingerprint)
    const known = ofChannel.filter(({ storm }) => storm !== null)
    return [...known.map(byFingerprint), ...byReason(ofChannel.filter(({ storm }) => storm === null))]
  })
}
