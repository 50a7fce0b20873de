// What a sender signs, as a small template: "v0:${timestamp}:${body}". Parsed once; the bytes follow from a delivery.
import { pairsOf } from '../body/urlencoded.ts'
import { type Delivery, eventAt, scalarText } from './delivery.ts'

const WORDS = ['body', 'timestamp', 'method', 'url', 'form', 'secret'] as const
type Word = (typeof WORDS)[number]

export type Part = { text: string } | { word: Word } | { header: string } | { event: string }

export const BASE_STRING_HINT =
  '${body}, ${timestamp}, ${method}, ${url}, ${form}, ${secret}, ${headers["name"]}, ${event.path}'

const WORD = new Set<string>(WORDS)
const partOf = (inside: string): Part | undefined => {
  if (WORD.has(inside)) return { word: inside as Word }
  const header = /^headers\["([a-z0-9-]+)"\]$/.exec(inside)?.[1]
  if (header !== undefined) return { header }
  const event = /^event\.([\w-]+(?:\.[\w-]+)*)$/.exec(inside)?.[1]
  return event === undefined ? undefined : { event }
}

/** The parts of a template, or what in it is none. */
export function parseBaseString(template: string): Part[] | { wrong: string } {
  const parts: Part[] = []
  let from = 0
  for (const found of template.matchAll(/\$\{([^}]*)\}/g)) {
    if (found.index > from) parts.push({ text: template.slice(from, found.index) })
    const part = partOf((found[1] ?? '').trim())
    if (part === undefined) return { wrong: found[0] }
    parts.push(part)
    from = found.index + found[0].length
  }
  if (from < template.length) parts.push({ text: template.slice(from) })
  return parts
}

export const partsOf = (template: string): Part[] => {
  const parts = parseBaseString(template)
  if ('wrong' in parts) throw new Error(`${parts.wrong} is no part of a signed text`)
  return parts
}

const byCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

/** Twilio's: each name with its values, sorted, nothing between (twilio-node src/webhooks/webhooks.ts, toFormUrlEncodedParam). */
function formText(body: Buffer): string {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of pairsOf(body)) values.set(name, (values.get(name) ?? new Set()).add(value))
  return [...values]
    .toSorted(([a], [b]) => byCode(a, b))
    .map(([name, all]) =>
      [...all]
        .toSorted(byCode)
        .map((value) => `${name}${value}`)
        .join(''),
    )
    .join('')
}

export interface Filling {
  /** As the sender wrote it; undefined: none is read. */
  time: string | undefined
  secret: string
  /** One of the ways in which the address may be written. */
  url: string
}

/** Whether a value holds the text that follows it: what was signed could be cut in two places then. */
const isCutElsewhere = (value: string, next: Part | undefined): boolean =>
  next !== undefined && 'text' in next && (value.includes(next.text) || value.includes('\\'))

/**
 * The signed bytes, or why they cannot be told. A value of the body or a header that has the text in it which follows it here is
 * refused.
 */
export function baseString(parts: readonly Part[], delivery: Delivery, filling: Filling): Buffer | string {
  const pieces: Buffer[] = []
  for (const [at, part] of parts.entries()) {
    if ('text' in part) pieces.push(Buffer.from(part.text))
    else if ('header' in part) {
      const value = delivery.headers[part.header]
      if (value === undefined || value === '') return `the header ${part.header} is missing`
      if (isCutElsewhere(value, parts[at + 1]))
        return `the header ${part.header} has a character in it that separates signed values`
      pieces.push(Buffer.from(value))
    } else if ('event' in part) {
      const [value] = eventAt(delivery.event, part.event)
      const text = value === undefined || value === null ? '' : scalarText(value)
      if (text === undefined) return `event.${part.event} is not one value`
      if (isCutElsewhere(text, parts[at + 1]))
        return `event.${part.event} has a character in it that separates signed values`
      pieces.push(Buffer.from(text))
    } else {
      const piece = wordBytes(part.word, delivery, filling)
      if (typeof piece === 'string') return piece
      pieces.push(piece)
    }
  }
  return Buffer.concat(pieces)
}

function wordBytes(word: Word, delivery: Delivery, { time, secret, url }: Filling): Buffer | string {
  switch (word) {
    case 'body':
      return delivery.rawBody
    case 'timestamp':
      return Buffer.from(time ?? '')
    case 'method':
      return Buffer.from(delivery.method)
    case 'url':
      return Buffer.from(url)
    case 'secret':
      return Buffer.from(secret)
    case 'form':
      try {
        return Buffer.from(formText(delivery.rawBody))
      } catch {
        return 'the body is no form'
      }
  }
}
