// A target for the example workflows, there only beside the local Slack: it says yes to everything, once per
// idempotency key, so that a newcomer sees actions succeed without any other system.
import type { FastifyInstance } from 'fastify'

const MOST_REMEMBERED = 10_000

export function exampleTarget(app: FastifyInstance): void {
  const seen = new Map<string, number>()
  app.post('/example-target/*', (request, reply) => {
    const key = String(request.headers['idempotency-key'] ?? request.id)
    const times = (seen.get(key) ?? 0) + 1
    if (seen.size >= MOST_REMEMBERED) seen.clear()
    seen.set(key, times)
    return reply.send({ done: true, isRepeat: times > 1 })
  })
}
