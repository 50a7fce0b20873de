// Who is one of us: the one place that says whether somebody whom Slack knows belongs to the workspace of this bot. Shared
// channels bring people of other organizations into what Slack tells, with handles that are unique in their own team alone.

/** What Slack says of somebody that bears on whether they are one of us. */
export interface PersonFacts {
  id: string
  /** null: Slack has not said. */
  teamId: string | null
  enterpriseId: string | null
  /** A guest of several channels. */
  isRestricted: boolean
  /** A guest of one channel. */
  isUltraRestricted: boolean
  isStranger: boolean
  isBot: boolean
  isDeleted: boolean
}

export interface Workspace {
  teamId: string
  /** Set on Enterprise Grid. */
  enterpriseId: string | null
  /** `people.guests` of signalbox.yaml: guests and people of other organizations who count as members. */
  guests: readonly string[]
}

/** Whether a team is our workspace, or one of the same Enterprise Grid organization. */
export const isOurTeam = (
  { teamId, enterpriseId }: { teamId: string | null; enterpriseId?: string | null },
  ours: Workspace,
): boolean =>
  teamId !== null &&
  (teamId === ours.teamId ||
    (ours.enterpriseId !== null && (enterpriseId === ours.enterpriseId || teamId === ours.enterpriseId)))

/** Where something in Slack comes from: each team that it names, and the organization. */
export interface Origin {
  teamIds: readonly string[]
  enterpriseId: string | null
}

/** Whether it is from our workspace or organization: it names one of them, and no team that is not ours. */
export const isFromUs = ({ teamIds, enterpriseId }: Origin, ours: Workspace): boolean =>
  teamIds.length > 0
    ? teamIds.every((teamId) => isOurTeam({ teamId, enterpriseId }, ours))
    : enterpriseId !== null && enterpriseId === ours.enterpriseId

/** Whether they would be one of us, were they not deactivated. */
export const belongs = (person: PersonFacts, ours: Workspace): boolean => {
  if (person.isBot) return false
  if (ours.guests.includes(person.id)) return true
  const isGuest = person.isRestricted || person.isUltraRestricted
  return !isGuest && !person.isStranger && isOurTeam(person, ours)
}

/**
 * Whether they may own, approve, operate, command and read at all: an active person of our workspace (on Enterprise
 * Grid: of our organization). Guests and people of other organizations only where signalbox.yaml names them; bots and
 * deactivated people never.
 */
export const isMember = (person: PersonFacts, ours: Workspace): boolean =>
  !person.isDeleted && belongs(person, ours)
