// The page's own files, straight from the source: plain scripts, styles, and one small library.
import { existsSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply } from 'fastify'

const PAGE = fileURLToPath(new URL('../page/', import.meta.url))
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
}

// Nothing leaves this machine: not even an image is fetched from elsewhere.
const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const library = (): string => fileURLToPath(import.meta.resolve('htm/preact/standalone'))

const sendFile = (reply: FastifyReply, path: string) => {
  const type = TYPES[extname(path)]
  if (type === undefined || !existsSync(path)) return reply.code(404).type('text/plain').send('Not found')
  return reply
    .headers({
      'content-type': type,
      'cache-control': 'no-cache',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    .send(readFileSync(path))
}

export const pageRoutes = (server: FastifyInstance): void => {
  server.get('/', (_request, reply) => sendFile(reply, join(PAGE, 'index.html')))
  server.get('/vendor/preact.js', (_request, reply) => sendFile(reply, library()))
  server.get<{ Params: { '*': string } }>('/*', (request, reply) => {
    const path = normalize(join(PAGE, request.params['*']))
    if (!path.startsWith(PAGE)) return reply.code(404).type('text/plain').send('Not found')
    return sendFile(reply, path)
  })
}
