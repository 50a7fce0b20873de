// Bytes of files in and out: the upload address, downloads with the bot's token, and the page's own links.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { readArguments } from '../api/arguments.ts'
import type { Slack } from '../slack.ts'
import type { StoredFile } from '../workspace/workspace.ts'

const SHOWN_INLINE = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

const notFound = (reply: FastifyReply) => reply.code(404).type('text/plain').send('Not found')

const sent = async (request: FastifyRequest): Promise<Buffer> => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return body
  const parts = Object.values(await readArguments(type, body, new URLSearchParams()))
  return (
    parts.find((part) => Buffer.isBuffer(part)) ??
    Buffer.from(parts.filter((part) => typeof part === 'string').join(''))
  )
}

/** With the type and the policy that keep a file from acting as a page of this server. */
const sendBytes = (reply: FastifyReply, file: StoredFile, bytes: Buffer) => {
  const isInline = SHOWN_INLINE.includes(file.mimetype)
  return reply
    .headers({
      'content-type': isInline ? file.mimetype : 'application/octet-stream',
      'content-disposition': `${isInline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    .send(bytes)
}

export const fileRoutes = (server: FastifyInstance, slack: Slack): void => {
  const { files } = slack.store.workspace
  server.post<{ Params: { key: string } }>('/upload/v1/:key', async (request, reply) => {
    const file = [...files.values()].find((each) => each.uploadKey === request.params.key && !each.isComplete)
    if (!file) return notFound(reply)
    const bytes = await sent(request)
    slack.files.put(file.id, bytes)
    slack.store.commit({ kind: 'file', file: { ...file, size: bytes.length } })
    return reply.type('text/plain').send(`OK - ${bytes.length}`)
  })
  server.get<{ Params: { id: string } }>('/page/files/:id', (request, reply) => {
    const file = files.get(request.params.id)
    const bytes = file?.isComplete ? slack.files.get(file.id) : null
    return file && bytes ? sendBytes(reply, file, bytes) : notFound(reply)
  })
  server.get<{ Params: { id: string } }>('/files-pri/:id/*', (request, reply) => {
    if (request.headers.authorization !== `Bearer ${slack.tokens.botToken}`) return reply.redirect('/', 302)
    const file = files.get(request.params.id.split('-').at(-1) ?? '')
    const bytes = file && slack.files.get(file.id)
    return file && bytes ? sendBytes(reply, file, bytes) : notFound(reply)
  })
}
