// POST /hooks/<workflow>: bytes in; 202 only after event, run and job are committed.
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { CompiledWorkflow } from '../domain/compile/compiled-workflow.ts'
import type { Capture } from '../pipeline/capture/capture.ts'
import type { Catalog } from '../workflow/catalog.ts'
import { nearest } from '../workflow/nearest.ts'
import type { Metrics } from './metrics.ts'
import { keptQuery, queryOf } from '../domain/body/query.ts'
import { type EventInput, storedHeaders } from '../domain/event-input.ts'
import { receivingOf, unsignedBy } from '../domain/senders/receiving.ts'
import { readsEvent } from '../domain/senders/proof.ts'
import { signedKey, verify } from '../domain/senders/verify.ts'
import { openBody } from './open-body.ts'
import { sendProblem } from './problem.ts'

export interface HookDeps {
  catalog: Catalog
  capture: Capture
  secret: (name: string) => string | undefined
  /** The address by which senders reach the bot: some sign it. */
  publicUrl: () => string
  /** Nobody is believed unsigned, unless the file says so (`allow_unsigned`): however that version was published. */
  isProduction: boolean
  clock: () => Date
  log: Logger
  metrics: Metrics
  /** Whether the folder's workflows are published: until then nobody is told that one does not exist. */
  isPublished: () => boolean
  /** Requests a minute that one source may send; 0: as many as it likes. */
  mostPerMinute: number
}

const MOST_BODY_BYTES = 1024 * 1024
// Kept with the event, and what the workflow reads. Signatures that it does not read, cookies and credentials are not.
const KEPT_HEADERS =
  /^(content-type|user-agent|webhook-id|webhook-timestamp|idempotency-key|traceparent|x-(github-(event|delivery)|shopify-(topic|shop-domain|webhook-id)|request-id))$/
const CREDENTIALS = /^(authorization|proxy-authorization|cookie)$/
const RETRY_AFTER_S = 5
// How the keys of our own events begin (a schedule's time, a finding, a replay …). A sender that names its event like
// one would keep the real one from being taken, so theirs are set apart.
const OWN_KEY = /^(changed|command|emit|replay|schedule|sender|signed|view|watchdog):/

type HookRequest = FastifyRequest<{ Params: { workflow: string }; Body: Buffer }>

function headersOf(request: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

const keptOf = (headers: Record<string, string>, { headersRead }: CompiledWorkflow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => KEPT_HEADERS.test(name) || (headersRead.has(name) && !CREDENTIALS.test(name)),
    ),
  )

/** What a repeated delivery is known by: the file's `id`, a header that may name it, else what was signed. */
function dedupeKeyOf(
  { dedupeKey }: CompiledWorkflow,
  [signed]: readonly Buffer[],
  input: EventInput,
): string | null {
  const given = dedupeKey(input)
  if (given !== undefined) return OWN_KEY.test(given) ? `sender:${given}` : given
  return signed ? signedKey(signed) : null
}

async function receive(deps: HookDeps, request: HookRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { catalog, capture, secret, clock } = deps
  const key = request.params.workflow
  const current = await catalog.current(key)
  const webhook = current?.version.compiled.definition.trigger.webhook
  if (!current && !deps.isPublished())
    return sendProblem(reply, {
      status: 503,
      title: 'Starting',
      detail: 'Signalbox is starting and has not published its workflows yet. Send this again.',
      headers: { 'retry-after': String(RETRY_AFTER_S) },
    })
  if (!current || !webhook) {
    const near = nearest(key, await catalog.keys())
    return sendProblem(reply, {
      status: 404,
      title: current ? 'This workflow takes no webhooks' : 'Unknown workflow',
      detail: current
        ? `The workflow "${key}" is started in another way.`
        : `There is no workflow "${key}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    })
  }
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const headers = headersOf(request)
  const receiving = receivingOf(webhook)
  const { name, proof } = receiving
  if (deps.isProduction && unsignedBy(current.version.compiled.definition.trigger) === 'unsaid') {
    return sendProblem(reply, {
      status: 401,
      title: 'Not verified',
      detail:
        'This workflow takes unsigned events (verify: none), which production refuses. Give it a scheme and a secret, or write allow_unsigned: true beside verify, and publish it.',
    })
  }
  // Where the proof stands in the body, it has to be read before anything is known of who sends.
  const early = readsEvent(proof) ? await openBody(receiving, { raw, headers }) : undefined
  if (early && 'problem' in early) return sendProblem(reply, early.problem)
  const delivery = {
    method: request.method,
    url: `${deps.publicUrl().replace(/\/$/, '')}${request.url}`,
    headers,
    rawBody: raw,
    event: early?.event,
    now: clock(),
  }
  const verdict = verify(
    delivery,
    proof,
    receiving.secrets.flatMap((one) => secret(one) ?? []),
  )
  if (verdict.kind === 'refused')
    return sendProblem(reply, {
      status: 401,
      title: 'Not verified',
      detail: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}: ${verdict.why}.`,
      headers: { 'www-authenticate': proof.kind === 'basic' ? 'Basic' : 'Signature' },
    })
  const opened = early ?? (await openBody(receiving, { raw, headers }))
  if ('problem' in opened) return sendProblem(reply, opened.problem)
  const asked = keptQuery(request.url.split('?').slice(1).join('?'))
  if (asked.kind === 'unreadable') return sendProblem(reply, asked)
  const { method } = request
  const input = { body: opened.event, headers, query: queryOf(asked.query), method }
  const { compiled, id } = current.version
  const captured = await capture({
    workflow: key,
    versionId: id,
    source: 'webhook',
    dedupeKey: dedupeKeyOf(compiled, verdict.signed, input),
    subject: compiled.subject(input) ?? null,
    contentType: opened.contentType,
    headers: storedHeaders(keptOf(headers, compiled), { method, query: asked.query }),
    body: opened.body.toString('base64'),
    receivedAt: clock(),
    actor: null,
    replayOf: null,
  })
  return reply.code(captured.duplicate ? 200 : 202).send(captured)
}

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
    scope.post('/hooks/:workflow', { bodyLimit: MOST_BODY_BYTES }, async (request, reply) => {
      const stop = deps.metrics.hookSeconds.startTimer()
      try {
        return await receive(deps, request as HookRequest, reply)
      } catch (error) {
        // Nothing was committed, so nothing was accepted: the sender is asked to come again.
        deps.log.error({ err: error, workflow: (request as HookRequest).params.workflow }, 'capture failed')
        return await sendProblem(reply, {
          status: 503,
          title: 'Not accepted',
          detail: 'The event could not be stored. Send it again.',
          headers: { 'retry-after': String(RETRY_AFTER_S) },
        })
      } finally {
        stop({ status: String(reply.statusCode) })
        deps.metrics.countEvent((request as HookRequest).params.workflow, reply.statusCode)
      }
    })
  })
}
