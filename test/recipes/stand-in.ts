// Stand-ins for vendors, strict about what docs of theirs say: one server, a vendor for each first part of a path.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Got {
  method: string
  /** Without the vendor's host. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  text: string
}
export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: unknown
}
export interface Vendor {
  /** Who asks is who it should be. */
  knows(got: Got, base: string): boolean
  /** What it answers to nobody it knows, and to who asks too often. */
  unknown: Reply
  limited?: Reply
  /** What it made is put into `made`. */
  answer(got: Got, made: unknown[]): Reply
}

export interface StandIns {
  url: string
  /** What each host made. */
  made(host: string): unknown[]
  /** The next call to this host is one too many. */
  limit(host: string): void
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const typeOf = ({ headers }: Got): string => (headers['content-type'] ?? '').split(';')[0] ?? ''

/** undefined: it is no JSON object, or not said to be one. */
export function jsonOf(got: Got): unknown {
  if (typeOf(got) !== 'application/json') return undefined
  try {
    return JSON.parse(got.text) as unknown
  } catch {
    return undefined
  }
}

/** undefined: it is not said to be a form. */
export const formOf = (got: Got): Record<string, string> | undefined =>
  typeOf(got) === 'application/x-www-form-urlencoded'
    ? Object.fromEntries(new URLSearchParams(got.text))
    : undefined

export async function startStandIns(
  t: { after(clean: () => Promise<void>): void },
  vendors: Record<string, Vendor>,
): Promise<StandIns> {
  const made = new Map(Object.keys(vendors).map((host): [string, unknown[]] => [host, []]))
  const limited = new Set<string>()
  let url = ''
  const replyTo = (host: string, got: Got): Reply => {
    const vendor = vendors[host]
    if (!vendor) return { status: 404 }
    if (!vendor.knows(got, url)) return vendor.unknown
    if (vendor.limited && limited.delete(host)) return vendor.limited
    return vendor.answer(got, made.get(host) ?? [])
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
      const [, host = '', ...rest] = pathname.split('/')
      const {
        status,
        headers = {},
        body,
      } = replyTo(host, {
        method: request.method ?? '',
        path: decodeURIComponent(`/${rest.join('/')}`),
        query: searchParams,
        headers: request.headers,
        text: Buffer.concat(parts).toString(),
      })
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(body === undefined ? '' : JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, made: (host) => made.get(host) ?? [], limit: (host) => void limited.add(host) }
}
