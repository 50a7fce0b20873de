// The kinds of text that stand in workflow files, each with what would be right when it is wrong.
import { z } from 'zod'
import { isDuration, parseDuration } from './duration.ts'
import { parseOwner } from './owner.ts'

/** Longest expression that is read at all; bounds the work of parsing it. */
export const longestExpression = 4000

export const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use small letters, digits and hyphens, like order-delivery')
export const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'use letters, digits and underscores, like order_id')
export const label = z.string().trim().min(1, 'write a name').max(120, 'keep it under 120 characters')
export const expression = z
  .string()
  .trim()
  .min(1, 'write an expression, like record.status == "paid"')
  .max(longestExpression, `an expression has at most ${longestExpression} characters`)
  .meta({ description: 'A CEL expression' })
export const template = z
  .string()
  .max(20_000, 'a text has at most 20,000 characters')
  .meta({ description: 'Text; ${…} holds a CEL expression' })
export const duration = z
  .string()
  .refine(isDuration, 'write a duration like 30s, 5m, 2h or 7d')
  .meta({ description: 'A duration: 30s, 5m, 2h, 7d', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d|w)$' })
/** How long data is kept: an hour by mistake would cost a day's evidence. */
export const keptFor = duration.refine(
  (text) => isDuration(text) && parseDuration(text) >= 86_400_000,
  'keep it for at least a day, like 180d',
)
export const channel = z
  .string()
  .regex(
    /^(#[\p{Ll}\p{Lo}\p{N}_-]{1,80}|C[A-Z0-9]{6,})$/u,
    'write a channel like "#ops-exceptions" (in quotes: # begins a comment)',
  )
export const secretName = z
  .string()
  .regex(
    /^secret\.[A-Za-z_][A-Za-z0-9_]{0,99}$/,
    'name a secret like secret.ORDER_HOOK; its value never stands in a file',
  )

const owner = z
  .string()
  .refine(
    (text) => parseOwner(text) !== undefined || text.includes('${'),
    'write "@person", "@group", role:name, round_robin("@group"), least_loaded("@group") or weighted("@ada" 3, "@grace" 1)',
  )
/** One name or a list of names; always a list once read. */
export const owners = z
  .union([owner.transform((one) => [one]), z.array(owner).min(1, 'name at least one')])
  .meta({ description: 'Who: "@person", "@group", role:name or a strategy; one or a list' })
