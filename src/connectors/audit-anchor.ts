// AUDIT_ANCHOR: a place outside the database where heads of the audit's chain are written down, and read again when it is
// verified. A file that is only added to, or an address that takes a POST and gives all of it back to a GET.
import { appendFile, readFile } from 'node:fs/promises'

const ANSWER_WITHIN_MS = 10_000
const MOST_BYTES = 64 * 1024 * 1024
const HASH = /\b[0-9a-f]{64}\b/g

const isUrl = (anchor: string): boolean => /^https?:\/\//i.test(anchor)

async function call(anchor: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(anchor, {
    ...request,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  if (!answer.ok) throw new Error(`it answers ${answer.status}`)
  return answer
}

/** `2026-11-28T09:00:00.000Z row 14 3a7b…` */
export const anchorLine = ({ at, row, hash }: { at: Date; row: bigint; hash: string }): string =>
  `${at.toISOString()} row ${row} ${hash}`

export async function writeAnchor(anchor: string, line: string): Promise<void> {
  if (isUrl(anchor))
    await call(anchor, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: `${line}\n` })
  else await appendFile(anchor, `${line}\n`, { mode: 0o600 })
}

/** Every head that was written down there. Throws where it cannot be read: then nothing is proven. */
export async function readAnchor(anchor: string): Promise<string[]> {
  if (!isUrl(anchor)) return headsIn(await readFile(anchor, 'utf8'))
  const text = await (await call(anchor, {})).text()
  if (text.length > MOST_BYTES) throw new Error('it answers with more than 64 MiB')
  return headsIn(text)
}

/** Whatever stands around them: a list, a log, JSON. */
const headsIn = (text: string): string[] => [...new Set(text.match(HASH) ?? [])]
