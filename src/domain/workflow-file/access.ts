// `access:` of a workflow and of signalbox.yaml: who may read, start and replay, beside those who answer for it anyway.
import { z } from 'zod'
import { parseOwner, ownerFault } from '../people/owner.ts'

/** Members of the workflow's channel, or every member of the workspace. */
const audiences = ['channel', 'everyone'] as const
export type Audience = (typeof audiences)[number]

export const isAudience = (text: string): text is Audience => (audiences as readonly string[]).includes(text)

/** read: see what is inside runs. start: begin one by hand. replay: run an event again. */
export const rights = ['read', 'start', 'replay'] as const
export type Right = (typeof rights)[number]

const granteeFault = (text: string): string | undefined => {
  if (isAudience(text)) return undefined
  const owner = parseOwner(text)
  if (owner?.strategy === 'one') return undefined
  return owner
    ? 'a strategy chooses one owner; name the people, groups or roles themselves'
    : `write channel, everyone or an owner: ${ownerFault(text) ?? ''}`
}

const grantee = z
  .string()
  .refine((text) => granteeFault(text) === undefined, {
    error: ({ input }) => (typeof input === 'string' ? granteeFault(input) : undefined),
  })
  .meta({ examples: ['channel'] })

/** One name or a list of names; always a list once read. */
const grantees = z.union([
  grantee.transform((one) => [one]),
  z.array(grantee).min(1, 'name at least one').max(100, 'name at most 100'),
])

export const accessSchema = z
  .strictObject({
    read: grantees
      .optional()
      .describe('Who sees what is inside runs. Default: channel and its team’s owners'),
    start: grantees.optional().describe('Who starts runs by hand. Default: whoever may read'),
    replay: grantees.optional().describe('Who replays runs. Default: owner and operators'),
  })
  .describe(
    'Who else may read, start and replay: channel (its members), everyone, "@person", "@group", role:name. Owners, approvers and operators always may read',
  )

export type AccessRules = z.output<typeof accessSchema>
