// The web edge: one Fastify server for hooks, health, figures and (in HTTP mode) Slack's own deliveries.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FastifyInstance, fastify, type FastifyError } from 'fastify'
import { TAKEN } from '../domain/body/media-type.ts'
import { exampleTarget } from './example-target.ts'
import { health, type HealthDeps } from './health.ts'
import { type HookDeps, hooks } from './hooks.ts'
import type { Hosts } from './hosts.ts'
import { type MetricsDeps, metricsRoute } from './metrics-route.ts'
import { sendProblem } from './problem.ts'

export interface ServerDeps {
  /** Addresses whose X-Forwarded-For is believed; without them a source is whoever connects. */
  trustedProxies: string[]
  /** By which names it may be asked. */
  hosts: Hosts
  /** A request that has not arrived as a whole by then is ended, however it trickles. */
  requestWithinMs?: number
  hooks: HookDeps
  /** undefined: /metrics stands on a port of its own. */
  metrics: MetricsDeps | undefined
  health: HealthDeps
  /** Beside the local Slack: a target that the example workflows can call. */
  hasExampleTarget: boolean
  /** Bolt's listener for /slack/events; undefined in Socket Mode. */
  slack?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
}

const titles: Record<number, string> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported content type',
  421: 'Not this host',
  429: 'Too many requests',
}

const details: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than 1 MiB.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: `Send the body with a content type of ${TAKEN}.`,
  FST_ERR_MAX_PARAM_LENGTH: 'The name of the workflow is too long.',
  FST_ERR_CTP_EMPTY_TYPE: `Send the body with a content type of ${TAKEN}.`,
}

const REQUEST_WITHIN_MS = 30_000
// Node looks for late requests this often; by itself every 30 s, which made one of 30 s last 60.
const LOOK_FOR_LATE_MS = 1_000
const ASKED_BY_ANY_NAME = new Set(['/healthz', '/readyz', '/metrics'])

const timing = (requestWithinMs: number) => ({
  requestTimeout: requestWithinMs,
  http: {
    requestTimeout: requestWithinMs,
    headersTimeout: requestWithinMs,
    connectionsCheckingInterval: Math.min(LOOK_FOR_LATE_MS, requestWithinMs),
  },
})

/** /metrics alone, for METRICS_PORT. */
export function makeMetricsServer(deps: MetricsDeps): FastifyInstance {
  const app = fastify({ logger: false, ...timing(REQUEST_WITHIN_MS) })
  metricsRoute(app, deps)
  return app
}

/** Builds the server; the caller makes it listen. Every error is a problem answer. */
export async function makeServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    trustProxy: deps.trustedProxies.length > 0 ? deps.trustedProxies : false,
    // What cannot even be routed: a broken escape, a path that is too long.
    frameworkErrors: (error, _request, reply) => {
      const status = error.statusCode ?? 400
      void sendProblem(reply, {
        status,
        title: titles[status] ?? 'Bad request',
        detail: details[error.code] ?? 'The address cannot be read.',
      })
    },
    ...timing(deps.requestWithinMs ?? REQUEST_WITHIN_MS),
    routerOptions: { maxParamLength: 200 },
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) deps.hooks.log.error({ err: error, path: request.url.split('?')[0] }, 'request failed')
    return sendProblem(reply, {
      status,
      title: titles[status] ?? 'Failed',
      detail: details[error.code] ?? (status < 500 ? error.message : 'Signalbox hit an internal error.'),
    })
  })
  app.addHook('onRequest', async (request, reply) => {
    if (ASKED_BY_ANY_NAME.has(request.url.split('?')[0] ?? '')) return
    if (deps.hosts.isOurs(request)) return
    await sendProblem(reply, {
      status: 421,
      title: 'Not this host',
      detail: 'This bot does not answer to the name in Host. Set PUBLIC_URL to the address that senders use.',
    })
  })
  app.setNotFoundHandler((request, reply) => {
    const isHook = /^\/(hooks|in)\//.test(request.url)
    return sendProblem(reply, {
      status: isHook && request.method !== 'POST' ? 405 : 404,
      title: isHook && request.method !== 'POST' ? 'Method not allowed' : 'Not found',
      detail: isHook
        ? 'Send events with POST /hooks/<workflow> or POST /in/<source>.'
        : `There is nothing at ${request.url.split('?')[0]}.`,
      ...(isHook ? { headers: { allow: 'POST' } } : {}),
    })
  })
  const { slack } = deps
  if (slack) {
    // Bolt reads the raw stream itself, to check the signature over what was sent.
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      scope.post('/slack/events', (request, reply) => {
        reply.hijack()
        slack(request.raw, reply.raw)
      })
    })
  }
  health(app, deps.health)
  if (deps.metrics) metricsRoute(app, deps.metrics)
  if (deps.hasExampleTarget) exampleTarget(app)
  await hooks(app, deps.hooks)
  return app
}
