// The addresses an app calls: /api/<method>, response_url, and files it may download.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { handleCall } from '../api/handle.ts'
import { blocksProblem } from '../api/block-checks.ts'
import { messageAnswer, takeAnswer } from '../delivery/answers.ts'
import type { Slack } from '../slack.ts'

const queryOf = (request: FastifyRequest): URLSearchParams =>
  new URLSearchParams(request.url.split('?').slice(1).join('?'))

const bytesOf = (request: FastifyRequest): Buffer | undefined =>
  Buffer.isBuffer(request.body) ? request.body : undefined

const call =
  (slack: Slack) => async (request: FastifyRequest<{ Params: { method: string } }>, reply: FastifyReply) => {
    const given = await handleCall(slack, {
      method: request.params.method,
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'] ?? '',
      body: bytesOf(request),
      query: queryOf(request),
    })
    const type =
      typeof given.body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
    return reply
      .code(given.status)
      .headers({ ...given.headers, 'content-type': type })
      .send(typeof given.body === 'string' ? given.body : JSON.stringify(given.body))
  }

const parsed = (bytes: Buffer | undefined): unknown => {
  try {
    return JSON.parse(bytes?.toString() ?? '')
  } catch {
    return null
  }
}

const respond =
  (slack: Slack) => async (request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => {
    const refuse = (status: number, error: string) => reply.code(status).send({ ok: false, error })
    if (slack.faults.strike('outage')) return reply.code(503).type('text/html').send('Service Unavailable')
    const said = messageAnswer(parsed(bytesOf(request)))
    if (!said) return refuse(400, 'invalid_payload')
    const problem = said.blocks === undefined ? null : blocksProblem(said.blocks)
    if (problem) return refuse(400, problem.code)
    const used = slack.responseUrls.use(request.params.id)
    if (used.kind === 'refused') return refuse(404, used.error)
    const taken = takeAnswer(slack, said, used.interaction)
    if (taken.kind === 'refused') return refuse(404, taken.error)
    return reply.type('text/plain').send('ok')
  }

export const apiRoutes = (server: FastifyInstance, slack: Slack): void => {
  server.route({ method: ['GET', 'POST'], url: '/api/:method', handler: call(slack) })
  server.post('/respond/:team/:id', respond(slack))
}
