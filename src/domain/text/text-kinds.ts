// The kinds of text that stand in workflow files, each with what would be right when it is wrong.
import { z } from 'zod'
import { isDuration, parseDuration } from '../time/duration.ts'
import { ownerFault } from '../people/owner.ts'

/** Longest expression that is read at all; bounds the work of parsing it. */
export const longestExpression = 4000

export const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use small letters, digits and hyphens, like order-delivery')
  .meta({ examples: ['order-delivery'] })
export const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'use letters, digits and underscores, like order_id')
export const label = z.string().trim().min(1, 'write a name').max(120, 'keep it under 120 characters')
export const expression = z
  .string()
  .trim()
  .min(1, 'write an expression, like record.status == "paid"')
  .max(longestExpression, `an expression has at most ${longestExpression} characters`)
  .meta({ description: 'A CEL expression', examples: ['record.amount > 100'] })
export const template = z
  .string()
  .max(20_000, 'a text has at most 20,000 characters')
  .meta({ description: 'Text; ${…} holds a CEL expression' })
export const duration = z
  .string()
  .refine(isDuration, 'write a duration like 30s, 5m, 2h or 7d')
  .meta({
    description: 'A duration: 30s, 5m, 2h, 7d',
    examples: ['30m'],
    pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d|w)$',
  })
/** How long data is kept: an hour by mistake would cost a day's evidence. */
export const keptFor = duration.refine(
  (text) => isDuration(text) && parseDuration(text) >= 86_400_000,
  'keep it for at least a day, like 180d',
)
export const channel = z
  .string()
  .regex(
    /^(#[\p{Ll}\p{Lo}\p{N}_-]{1,80}|[CG][A-Z0-9]{6,})$/u,
    'write a channel like "#ops-exceptions" (in quotes: # begins a comment), or its id',
  )
  .meta({ examples: ['#ops-exceptions'] })
export const secretName = z
  .string()
  .regex(
    /^secret\.[A-Za-z_][A-Za-z0-9_]{0,99}$/,
    'name a secret like secret.ORDER_HOOK; its value never stands in a file',
  )
  .meta({ examples: ['secret.ORDER_HOOK'] })

/** `secret.ORDER_HOOK` → `ORDER_HOOK`, as the environment has it. */
export const bareSecret = (written: string): string => written.replace(/^secret\./, '')

/** Why a text cannot stand for an owner in a file; one with an expression in it is read when there is a record. */
export const writtenOwnerFault = (text: string): string | undefined =>
  text.includes('${') ? undefined : ownerFault(text)
const owner = z
  .string()
  .refine((text) => writtenOwnerFault(text) === undefined, {
    error: ({ input }) => (typeof input === 'string' ? writtenOwnerFault(input) : undefined),
  })
  // For editors: about the same.
  .meta({
    pattern:
      '^\\s*(@.+|role:.+|[UWS][A-Z0-9]{5,20}|[^@\\s]+@[^@\\s]+|(round_robin|least_loaded|weighted)\\(.+\\))\\s*$|\\$\\{',
  })
/** One name or a list of names; always a list once read. */
export const owners = z
  .union([owner.transform((one) => [one]), z.array(owner).min(1, 'name at least one')])
  .meta({
    description:
      'Who: "@person", "@group", an e-mail address, a Slack id, role:name or a strategy; one or a list',
    examples: ['@ada'],
  })

/** Text that anybody may know before there is a run: only vars and secrets stand in it. */
export const fixed = (text: string): boolean =>
  [...text.matchAll(/\$\{([^}]*)\}?/g)].every(([, inside = '']) => /^\s*(vars|secret)\.\w+\s*$/.test(inside))
