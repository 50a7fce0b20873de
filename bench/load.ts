// A load generator: so many connections, each sending its next request when the last is answered.
import { Pool } from 'undici'

export interface Load {
  url: string
  path: string
  connections: number
  seconds: number
  body: (n: number) => string
}
export interface LoadResult {
  connections: number
  requests: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

export const percentile = (sorted: number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? Number.NaN

/** Throws when any answer is not 2xx: a fast refusal is no capture. */
export async function load({ url, path, connections, seconds, body }: Load): Promise<LoadResult> {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const tookMs: number[] = []
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  let n = 0
  const worker = async () => {
    while (performance.now() < until) {
      n += 1
      const at = performance.now()
      const answer = await pool.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: body(n),
      })
      await answer.body.dump()
      if (answer.statusCode >= 300) throw new Error(`${url}${path} answered ${answer.statusCode}`)
      tookMs.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const elapsedS = (performance.now() - startedAt) / 1000
  await pool.close()
  const sorted = tookMs.toSorted((a, b) => a - b)
  return {
    connections,
    requests: sorted.length,
    perSecond: Math.round(sorted.length / elapsedS),
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
  }
}

/** Sends at the times that are due, whatever the answers do: a slow bot is not asked less. Resolves with the last answer. */
export async function paced(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  send: (n: number) => Promise<unknown>,
): Promise<void> {
  const startedAt = performance.now()
  const answers: Promise<unknown>[] = []
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const waitMs = startedAt + (n * 1000) / perSecond - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    answers.push(send(n))
  }
  await Promise.all(answers)
}
