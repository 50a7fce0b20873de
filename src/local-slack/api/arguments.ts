// The arguments of a Web API call: form, JSON, multipart or query, as one record, and how methods read them.
import { Refusal, invalidArguments } from './refusal.ts'

export type Arguments = Record<string, unknown>

const fromPairs = (pairs: Iterable<[string, unknown]>): Arguments => Object.fromEntries(pairs)

const fromMultipart = async (contentType: string, body: Buffer): Promise<Arguments> => {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData()
  const pairs: [string, unknown][] = []
  for (const [key, value] of form)
    pairs.push([key, typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer())])
  return fromPairs(pairs)
}

/** Throws Refusal invalid_form_data, invalid_json, json_not_object, invalid_post_type. */
export const readArguments = async (
  contentType: string,
  body: Buffer | undefined,
  query: URLSearchParams,
): Promise<Arguments> => {
  const asked = fromPairs(query)
  if (!body || body.length === 0) return asked
  if (contentType.startsWith('multipart/form-data')) {
    try {
      return { ...asked, ...(await fromMultipart(contentType, body)) }
    } catch {
      throw new Refusal('invalid_form_data')
    }
  }
  if (contentType.startsWith('application/json')) return { ...asked, ...jsonObject(body.toString()) }
  if (contentType === '' || contentType.startsWith('application/x-www-form-urlencoded'))
    return { ...asked, ...fromPairs(new URLSearchParams(body.toString())) }
  throw new Refusal('invalid_post_type')
}

const jsonObject = (text: string): Arguments => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal('invalid_json')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('json_not_object')
  return value as Arguments
}

export const optionalText = (args: Arguments, name: string): string | undefined => {
  const value = args[name]
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export const text = (args: Arguments, name: string): string => {
  const value = optionalText(args, name)
  if (value === undefined) throw invalidArguments(`missing required field: ${name}`)
  return value
}

export const flag = (args: Arguments, name: string): boolean =>
  ['true', '1', 't'].includes(optionalText(args, name) ?? '')

export const wholeNumber = (args: Arguments, name: string, usual: number): number => {
  const value = optionalText(args, name)
  if (value === undefined) return usual
  if (!/^\d+$/.test(value)) throw invalidArguments(`must be a number: ${name}`)
  return Number(value)
}

/** A structure sent as JSON, or as a string of JSON in a form. Unreadable: undefined with `isBroken`. */
export const structure = (args: Arguments, name: string): { value: unknown; isBroken: boolean } => {
  const value = args[name]
  if (typeof value !== 'string') return { value: value ?? undefined, isBroken: false }
  if (value === '') return { value: undefined, isBroken: false }
  try {
    return { value: JSON.parse(value), isBroken: false }
  } catch {
    return { value: undefined, isBroken: true }
  }
}

/** `a,b,c` or a list. */
export const listOf = (args: Arguments, name: string): string[] => {
  const { value } = structure(args, name)
  if (Array.isArray(value)) return value.map(String)
  return (optionalText(args, name) ?? '').split(',').filter((part) => part !== '')
}
