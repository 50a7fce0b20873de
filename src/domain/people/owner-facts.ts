// What texts of a route may say of the owner of a run: `owner.name`, `owner.mention`, `owner.email`, `owner.id`.

/** A person or a group of ours, as Slack knows them. */
export interface OwnerFacts {
  id: string
  name: string
  /** As Slack's messages have it: `<@U…>`, `<!subteam^S…>`. */
  mention: string
  /** Absent: Slack knows none, as of every group. */
  email?: string
}

export const mentionOf = (id: string): string => (id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`)
