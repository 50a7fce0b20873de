// A call as it goes out: its address with the query, its headers by names in lower case, its body as text.
import { textOf } from '../cel/values.ts'
import { encodePairs, formPairs } from './form.ts'
import type { HttpCall } from './http-call.ts'
import { encodeMultipart } from './multipart.ts'

export interface EncodedCall {
  method: string
  url: string
  headers: Record<string, string>
  body: string | null
}

const FORM = 'application/x-www-form-urlencoded'

function bodyOf({
  json,
  form,
  multipart,
  text,
  handling,
}: HttpCall): { body: string; contentType: string } | undefined {
  if (json !== undefined) return { body: JSON.stringify(json), contentType: 'application/json' }
  if (form !== undefined)
    return { body: encodePairs(formPairs(form, handling?.formLists ?? 'indexed')), contentType: FORM }
  if (multipart !== undefined) return encodeMultipart(multipart)
  return text === undefined ? undefined : { body: textOf(text), contentType: 'text/plain; charset=utf-8' }
}

/** Behind what the address itself asks for, and before its fragment, which nobody is sent. */
function withQuery(url: string, { query }: HttpCall): string {
  const pairs = query === undefined ? '' : encodePairs(formPairs(query, 'repeated'))
  if (pairs === '') return url
  const [whole = ''] = url.split('#', 1)
  const joint = whole.includes('?') ? (/[?&]$/.test(whole) ? '' : '&') : '?'
  return `${whole}${joint}${pairs}`
}

export function encodeCall(call: HttpCall): EncodedCall {
  const encoded = bodyOf(call)
  const own = Object.fromEntries(
    Object.entries(call.headers).map(([name, text]) => [name.toLowerCase(), String(text)]),
  )
  return {
    method: call.method,
    url: withQuery(call.url, call),
    headers: {
      'user-agent': 'signalbox',
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...(encoded ? { 'content-type': encoded.contentType } : {}),
      ...own,
      // Only we know the boundary.
      ...(call.multipart !== undefined && encoded ? { 'content-type': encoded.contentType } : {}),
    },
    body: encoded?.body ?? null,
  }
}
