// Problem answers (RFC 9457): what every error of the web edge looks like.
import type { FastifyReply } from 'fastify'

export interface Problem {
  status: number
  title: string
  detail?: string
  headers?: Record<string, string>
}

export function sendProblem(reply: FastifyReply, { status, title, detail, headers }: Problem): FastifyReply {
  return reply
    .code(status)
    .headers(headers ?? {})
    .type('application/problem+json')
    .send({ type: 'about:blank', title, status, detail, instance: reply.request.url.split('?')[0] })
}
