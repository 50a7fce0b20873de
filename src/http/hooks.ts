// The routes of webhooks: POST /hooks/<workflow> and POST /in/<source>, and GET for senders that ask before they send.
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'
import { FaultError } from '../domain/fault.ts'
import { sendProblem } from './problem.ts'
import { makeKeyrings } from './proof/keyring.ts'
import { type Address, labelOf, RETRY_AFTER_S } from './addressee.ts'
import { receive, type ReceiveDeps, type HookRequest } from './receive.ts'

export interface HookDeps extends Omit<ReceiveDeps, 'keysOf'> {
  metrics: Metrics
  /** Requests a minute that one source may send; 0: as many as it likes. */
  mostPerMinute: number
}

const MOST_BODY_BYTES = 1024 * 1024

/** Adds the webhook route. Bodies are taken as bytes: what was signed is what is kept. */
export async function hooks(app: FastifyInstance, deps: HookDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    if (deps.mostPerMinute > 0) {
      // Before the body is read; the answer's retry-after says when to come again.
      await scope.register(rateLimit, {
        max: deps.mostPerMinute,
        timeWindow: 60_000,
        keyGenerator: (request) => request.ip,
        errorResponseBuilder: (_request, { max, ttl }) =>
          Object.assign(
            new Error(`More than ${max} requests a minute. Come again in ${Math.ceil(ttl / 1000)} s.`),
            { statusCode: 429 },
          ),
      })
    }
    // Of any type: whether it can be read is said once it is known who sends it.
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES },
      (_request, body, done) => done(null, body),
    )
    const keysOf = makeKeyrings(deps.ask)
    const routeOf = (kind: Address['kind'], url: string) =>
      scope.route<{ Params: { name: string } }>({
        method: ['GET', 'POST'],
        url,
        bodyLimit: MOST_BODY_BYTES,
        async handler(request, reply) {
          const address = { kind, name: request.params.name }
          const stop = deps.metrics.hookSeconds.startTimer()
          try {
            return await receive({ ...deps, keysOf }, { address, request: request as HookRequest }, reply)
          } catch (error) {
            // Nothing was committed, so nothing was accepted: the sender is asked to come again.
            // Whoever sends can have a system of others asked for a key; that it did not answer is no fault of ours.
            if (error instanceof FaultError)
              deps.log.warn({ ...labelOf(address), code: error.code }, 'a sender could not be proved')
            else deps.log.error({ err: error, ...labelOf(address) }, 'capture failed')
            return await sendProblem(reply, {
              status: 503,
              title: 'Not accepted',
              detail: 'The event could not be stored. Send it again.',
              headers: { 'retry-after': String(RETRY_AFTER_S) },
            })
          } finally {
            stop({ status: String(reply.statusCode) })
            deps.metrics.countEvent(address, reply.statusCode)
          }
        },
      })
    routeOf('hook', '/hooks/:name')
    routeOf('source', '/in/:name')
  })
}
