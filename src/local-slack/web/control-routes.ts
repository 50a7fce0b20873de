// The addresses of the page and of tests: /control/… and the live feed.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z, ZodError } from 'zod'
import type { ControlRefusal } from '../control-contract.ts'
import { isControlName, runControl } from '../control/calls.ts'
import { messagesFor, stateFor } from '../control/reading.ts'
import { ControlError, notFound } from '../control/refusal.ts'
import { channelNamed, personNamed } from '../control/who-and-where.ts'
import type { Slack } from '../slack.ts'
import { stackOf } from '../workspace/views.ts'
import { openFeed } from './feed.ts'

const stateQuery = z.object({ as: z.string().optional() })
const messagesQuery = z.object({
  channel: z.string(),
  as: z.string().optional(),
  thread: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(100),
})
const feedQuery = z.object({ as: z.string().optional(), after: z.coerce.number().optional() })
const viewsQuery = z.object({ user: z.string() })

const idOf = (slack: Slack, who: string | undefined): string | null =>
  who === undefined || who === '' ? null : personNamed(slack, who).id

/** Everything that goes wrong in a control call, as a ControlRefusal. */
const refusalOf = (error: unknown): { status: number; body: ControlRefusal } => {
  if (error instanceof ControlError)
    return {
      status: error.status,
      body: {
        ok: false,
        error: error.code,
        detail: error.message,
        ...(error.confirm && { confirm: error.confirm }),
      },
    }
  if (error instanceof ZodError)
    return { status: 400, body: { ok: false, error: 'bad_call', detail: z.prettifyError(error) } }
  throw error
}

const bodyOf = (request: FastifyRequest): unknown => {
  // JSON only: a form of another site could post anything else without asking.
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new ControlError('not_json', 'A control call is application/json', 415)
  try {
    return JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString() || '{}' : '{}')
  } catch {
    throw new ControlError('not_json', 'The body is not JSON')
  }
}

const answer =
  (work: (request: FastifyRequest) => unknown) => async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      return await reply.header('cache-control', 'no-store').send(await work(request))
    } catch (error) {
      const { status, body } = refusalOf(error)
      return reply.code(status).send(body)
    }
  }

export const controlRoutes = (server: FastifyInstance, slack: Slack): void => {
  const { store } = slack

  server.get(
    '/control/state',
    answer((request) => stateFor(slack, idOf(slack, stateQuery.parse(request.query).as))),
  )
  server.get(
    '/control/messages',
    answer((request) => {
      const { channel, as, thread = null, before = null, limit } = messagesQuery.parse(request.query)
      return messagesFor(slack, {
        channel: channelNamed(slack, channel).id,
        person: idOf(slack, as),
        thread,
        before,
        limit,
      })
    }),
  )
  server.get(
    '/control/views',
    answer((request) => {
      const { id } = personNamed(slack, viewsQuery.parse(request.query).user)
      return { views: stackOf(store.workspace, id), home: store.workspace.homes.get(id) ?? null }
    }),
  )
  server.get(
    '/control/deliveries',
    answer(() => ({ deliveries: slack.deliverer.recent() })),
  )
  server.get(
    '/control/calls',
    answer(() => ({ calls: slack.calls.list() })),
  )
  server.post(
    '/control/:name',
    answer(async (request) => {
      const { name } = request.params as { name: string }
      if (!isControlName(name)) throw notFound('control_call', name)
      return { ok: true, ...(await runControl(slack, name, bodyOf(request))) }
    }),
  )
  server.get('/page/feed', async (request, reply) => {
    try {
      const { as, after } = feedQuery.parse(request.query)
      const last = request.headers['last-event-id']
      const person = idOf(slack, as)
      reply.hijack()
      return openFeed(store, reply.raw, {
        person,
        after: typeof last === 'string' && last !== '' ? Number(last) : (after ?? null),
      })
    } catch (error) {
      const { status, body } = refusalOf(error)
      return reply.code(status).send(body)
    }
  })
}
