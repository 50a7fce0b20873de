// `verify`: a sender that has no preset, in the words of its own documentation.
import { z } from 'zod'
import { BASE_STRING_HINT, parseBaseString } from '../senders/base-string.ts'
import { DEFAULT_TOLERANCE_MS, hashes, keyForms, type Proof, timeUnits } from '../senders/proof.ts'
import { duration, secretName } from '../text/text-kinds.ts'
import { parseDuration } from '../time/duration.ts'

const schemes = ['hmac', 'basic', 'bearer', 'none'] as const

/** What each scheme reads; anything else beside it would be passed over without a word. */
const keysOf: Record<(typeof schemes)[number], string[]> = {
  hmac: [
    'secret',
    'key',
    'header',
    'field',
    'algorithm',
    'encoding',
    'prefix',
    'list',
    'signed',
    'timestamp',
    'timestamp_part',
    'timestamp_field',
    'timestamp_unit',
    'tolerance',
  ],
  basic: ['username', 'secret'],
  bearer: ['secret', 'header', 'query', 'field'],
  none: [],
}

export const secrets = z
  .union([secretName.transform((one) => [one]), z.array(secretName).min(1).max(5)])
  .meta({ description: 'secret.NAME, or a list while one is being replaced' })

/** The name of a header or of a parameter. */
export const fieldName = z.string().regex(/^[\w.-]{1,100}$/, 'write its name, like X-Signature')
const bodyPath = z
  .string()
  .regex(/^event(\.[\w-]+(\[\])?)+$/, 'write where it stands in the body, like event.signature')

const wrongPart = (template: string): string | undefined => {
  const parts = parseBaseString(template)
  return 'wrong' in parts ? parts.wrong : undefined
}

export const verify = z
  .strictObject({
    scheme: z.enum(schemes),
    secret: secrets.optional(),
    header: fieldName.optional().describe('hmac, bearer: the header that carries it'),
    field: bodyPath
      .optional()
      .describe('hmac, bearer: where it stands in the body instead, like event.signature'),
    query: fieldName.optional().describe('bearer: the parameter of the address that carries it instead'),
    algorithm: z.enum(hashes).optional(),
    key: z
      .enum(keyForms)
      .optional()
      .describe('hmac: how the secret becomes the key; default: text, as it stands'),
    encoding: z.enum(['hex', 'base64']).optional(),
    prefix: z.string().max(40).optional().describe('hmac: what stands before the signature, like "sha256="'),
    list: z
      .enum([',', ';', ' '])
      .optional()
      .describe('hmac: what stands between the signatures of a list, like "t=1,v1=aa,v1=bb"'),
    signed: z
      .string()
      .max(500)
      .refine((template) => wrongPart(template) === undefined, {
        abort: true,
        error: ({ input }) =>
          `${wrongPart(String(input))} is nothing that is signed; there are ${BASE_STRING_HINT}`,
      })
      .optional()
      .describe(
        'hmac: what is signed, like "v0:${timestamp}:${body}"; default: the body, with a time "${timestamp}.${body}"',
      ),
    timestamp: fieldName.optional().describe('hmac: the header with the time that is signed too'),
    timestamp_part: fieldName
      .optional()
      .describe('hmac: or its name in the list of the signature header, like t'),
    timestamp_field: bodyPath.optional().describe('hmac: or where it stands in the body'),
    timestamp_unit: z.enum(timeUnits).optional().describe('hmac: seconds (default), ms, or iso'),
    username: z.string().optional().describe('basic: the user name'),
    tolerance: duration.optional().describe('How far the signed time may be away from ours'),
  })
  .superRefine((value, context) => {
    const complain = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message })
    const { scheme } = value
    if (scheme !== 'none' && value.secret === undefined)
      complain('scheme', `scheme ${scheme} needs secret: secret.NAME`)
    if (scheme === 'none' && value.secret !== undefined)
      complain('secret', 'scheme none checks nothing, so it takes no secret')
    const keys = keysOf[scheme]
    for (const key of Object.keys(value))
      if (key !== 'scheme' && key !== 'secret' && !keys.includes(key))
        complain(key, `scheme ${scheme} takes no ${key} (it takes ${keys.join(', ') || 'nothing'})`)
    if (scheme === 'basic' && value.username === undefined) complain('scheme', 'scheme basic needs username')
    const places = (['header', 'field', 'query'] as const).filter((key) => value[key] !== undefined)
    if (places.length > 1) complain(places[1] ?? '', `it stands in one place: take ${places.join(' or ')}`)
    if (scheme !== 'hmac') return
    if (places.length === 0)
      complain('scheme', 'scheme hmac needs header: the name of the header with the signature (or field)')
    if (value.field !== undefined && value.signed === undefined)
      complain(
        'field',
        'a signature in the body signs values of it: say which, like signed: "${event.time}${event.token}"',
      )
    const times = (['timestamp', 'timestamp_part', 'timestamp_field'] as const).filter(
      (key) => value[key] !== undefined,
    )
    if (times.length > 1) complain(times[1] ?? '', `the time stands in one place: take ${times.join(' or ')}`)
    for (const key of ['tolerance', 'timestamp_unit'] as const)
      if (value[key] !== undefined && times.length === 0)
        complain(key, 'it is about a signed time: add timestamp, the name of the header that has it')
    if (value.timestamp_part !== undefined && value.list === undefined)
      complain(
        'timestamp_part',
        'it is an entry of a list: add list, what stands between its entries, like ","',
      )
    complainOfSigned(value.signed, times[0], complain)
  })

function complainOfSigned(
  signed: string | undefined,
  time: 'timestamp' | 'timestamp_part' | 'timestamp_field' | undefined,
  complain: (key: string, message: string) => void,
): void {
  const parts = signed === undefined ? undefined : parseBaseString(signed)
  if (parts === undefined || 'wrong' in parts) return
  const signs = (word: string) => parts.some((part) => 'word' in part && part.word === word)
  if (signs('timestamp') && time === undefined)
    complain('signed', '${timestamp} is read from timestamp, the name of the header that has it: add it')
  if (time !== undefined && time !== 'timestamp_field' && !signs('timestamp'))
    complain(time, 'a time that is not signed says nothing: put ${timestamp} into signed')
  if (
    !parts.some(
      (part) => 'event' in part || ('word' in part && (part.word === 'body' || part.word === 'form')),
    )
  )
    complain('signed', 'nothing of the event is signed: put ${body} into it')
}

export type Verify = z.output<typeof verify>

/** `event.signature.value` as the path that a description has. */
const inEvent = (path: string) => ({ event: path.replace(/^event\./, '') })

const timeOf = (value: Verify) => {
  const { timestamp, timestamp_part: part, timestamp_field: field, timestamp_unit: unit = 's' } = value
  const toleranceMs = (value.tolerance && parseDuration(value.tolerance)) || DEFAULT_TOLERANCE_MS
  if (timestamp !== undefined) return { at: { header: timestamp }, unit, toleranceMs }
  if (part !== undefined) return { at: { part }, unit, toleranceMs }
  return field === undefined ? undefined : { at: inEvent(field), unit, toleranceMs }
}

/** What the words of a file describe. */
export function proofOf(value: Verify): Proof {
  const { scheme, header, field, query } = value
  switch (scheme) {
    case 'none':
      return { kind: 'nothing' }
    case 'basic':
      return { kind: 'basic', username: value.username ?? '' }
    case 'bearer': {
      if (field !== undefined) return { kind: 'value', at: inEvent(field) }
      return { kind: 'value', at: query === undefined ? { header: header ?? 'authorization' } : { query } }
    }
    case 'hmac': {
      const time = timeOf(value)
      const isTimeApart = time !== undefined && !('event' in time.at)
      return {
        kind: 'signature',
        at: field === undefined ? { header: header ?? '' } : inEvent(field),
        algorithm: value.algorithm ?? 'sha256',
        key: value.key ?? 'text',
        encoding: value.encoding ?? 'hex',
        prefix: value.prefix ?? '',
        list: value.list,
        signed: value.signed ?? (isTimeApart ? '${timestamp}.${body}' : '${body}'),
        time,
      }
    }
  }
}
