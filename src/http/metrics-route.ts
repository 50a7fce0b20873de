// GET /metrics, on the bot's own port or on one of its own (METRICS_PORT); with METRICS_TOKEN only for who has it.
import type { FastifyInstance } from 'fastify'
import type { Hosts } from './hosts.ts'
import type { Metrics } from './metrics.ts'
import { sendProblem } from './problem.ts'
import { isSame } from '../domain/senders/keys.ts'

export interface MetricsDeps {
  metrics: Metrics
  hosts: Hosts
  /** undefined: whoever reaches it may read it. */
  token: string | undefined
}

export function metricsRoute(app: FastifyInstance, { metrics, hosts, token }: MetricsDeps): void {
  app.get('/metrics', async (request, reply) => {
    if (token !== undefined) {
      const given = /^bearer +(.*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
      if (!isSame(given, token))
        return sendProblem(reply, {
          status: 401,
          title: 'Not allowed',
          detail: 'Send Authorization: Bearer with the token of METRICS_TOKEN.',
          headers: { 'www-authenticate': 'Bearer' },
        })
    } else if (!hosts.isOurs(request) && !hosts.isAddress(request)) {
      return sendProblem(reply, {
        status: 421,
        title: 'Not this host',
        detail: 'Ask by address or by the name in PUBLIC_URL, or set METRICS_TOKEN and send it.',
      })
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}
