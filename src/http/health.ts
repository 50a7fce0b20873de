// Whether the process lives (/healthz) and whether it can do its work (/readyz), whatever name it is asked by: load
// balancers ask by address.
import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem.ts'

export interface HealthDeps {
  /** Each check by name; it throws or rejects when that part is not ready. Slack is not among them. */
  checks: Record<string, () => Promise<unknown>>
}

const CHECK_TIMEOUT_MS = 3_000

async function outcomeOf(check: () => Promise<unknown>): Promise<string> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)),
    CHECK_TIMEOUT_MS,
  )
  try {
    await Promise.race([check(), late.promise])
    return 'ok'
  } catch (error) {
    return (error as Error).message.split('\n').at(-1) ?? 'failed'
  } finally {
    clearTimeout(timer)
  }
}

export function health(app: FastifyInstance, { checks }: HealthDeps): void {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const results = Object.fromEntries(
      await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const),
      ),
    )
    if (Object.values(results).every((result) => result === 'ok')) return { status: 'ready', checks: results }
    return sendProblem(reply, {
      status: 503,
      title: 'Not ready',
      detail: Object.entries(results)
        .filter(([, result]) => result !== 'ok')
        .map(([name, result]) => `${name}: ${result}`)
        .join('; '),
      headers: { 'retry-after': '5' },
    })
  })
}
