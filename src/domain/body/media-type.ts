// A Content-Type taken apart, and which form of body it stands for.
import { MIMEType } from 'node:util'
import { unsupported } from './body-fault.ts'

export const forms = ['json', 'form', 'multipart', 'xml', 'ndjson', 'text'] as const
export type Form = (typeof forms)[number]

export interface MediaType {
  form: Form
  /** As declared, in lower case; undefined: nothing was. */
  charset: string | undefined
  /** What stands between the parts of a multipart body. */
  boundary: string | undefined
}

/** What to send, by form. */
export const typeOf: Record<Form, string> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  xml: 'application/xml (also SOAP)',
  ndjson: 'application/x-ndjson',
  text: 'text/plain',
}

export const orList = (words: string[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(words)

/** What to send instead of a type that nothing here reads. */
export const TAKEN = orList(Object.values(typeOf))

/** RFC 6839: what stands after the + says how it is written. */
const formOf = (essence: string): Form | undefined => {
  if (/^application\/([\w.-]+\+)?json$/.test(essence)) return 'json'
  if (/^(application|text)\/xml$|^application\/[\w.-]+\+xml$/.test(essence)) return 'xml'
  if (/^application\/(x-)?(ndjson|jsonl|jsonlines)$/.test(essence)) return 'ndjson'
  switch (essence) {
    case 'application/x-www-form-urlencoded':
      return 'form'
    case 'multipart/form-data':
      return 'multipart'
    case 'text/plain':
      return 'text'
    default:
      return undefined
  }
}

const parsed = (contentType: string): MIMEType | undefined => {
  try {
    return new MIMEType(contentType)
  } catch {
    return undefined
  }
}

/** What nearly every event has. */
const PLAIN = 'application/json'

/** undefined: nothing reads the type. */
export function mediaTypeIn(contentType: string): MediaType | undefined {
  if (contentType === PLAIN) return { form: 'json', charset: undefined, boundary: undefined }
  const type = parsed(contentType)
  const form = type && formOf(type.essence)
  if (!type || form === undefined) return undefined
  return {
    form,
    charset: type.params.get('charset')?.trim().toLowerCase(),
    boundary: type.params.get('boundary') ?? undefined,
  }
}

/** Throws BodyFault where nothing reads the type. */
export function mediaTypeOf(contentType: string): MediaType {
  const type = mediaTypeIn(contentType)
  if (!type) throw unsupported('Unsupported content type', `Send the body with a content type of ${TAKEN}.`)
  return type
}
