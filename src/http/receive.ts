// What a request to a hook or a source is: a challenge, an event, several, or nothing that is believed. 202 only after event, run
// and job are committed.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { keptQuery } from '../domain/body/query.ts'
import { readsEvent, signsItems } from '../domain/senders/proof.ts'
import type { Receiving } from '../domain/senders/receiving.ts'
import type { JsonValue } from '../domain/values/json.ts'
import type { Captured } from '../pipeline/capture/capture.ts'
import type { Taken } from '../pipeline/capture/fan-out.ts'
import { type Address, type FindDeps, findAddressee, labelOf, pathOf } from './addressee.ts'
import { broughtBy, MOST_IN_BATCH } from './arrivals.ts'
import { answerChallenge } from './challenge.ts'
import { keepHandedOver } from './handed-over.ts'
import { openBody } from './open-body.ts'
import { type Problem, sendProblem } from './problem.ts'
import type { Keyring } from './proof/keyring.ts'
import { type Ask, prove } from './proof/prove.ts'
import { take, type TakeDeps, TooManyRunsError } from './take.ts'
import { withoutProof } from './without-proof.ts'

export interface ReceiveDeps extends FindDeps, TakeDeps {
  secret: (name: string) => string | undefined
  /** The address by which senders reach the bot: some sign it. */
  publicUrl: () => string
  /** Calls the systems of senders, for their keys and to confirm a subscription. */
  ask: Ask
  /** Of an address that there is. */
  keysOf: (address: string) => Keyring
  clock: () => Date
  log: Logger
}

export type HookRequest = FastifyRequest<{ Body: Buffer }>

function headersOf(request: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

const notVerified = ({ name, proof }: Receiving, why: string): Problem => ({
  status: 401,
  title: 'Not verified',
  detail: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}: ${why}.`,
  headers: { 'www-authenticate': proof.kind === 'basic' ? 'Basic' : 'Signature' },
})

const tooMany: Problem = {
  status: 413,
  title: 'Too many events',
  detail: `This delivery has more than ${MOST_IN_BATCH} events, or starts too many runs. Send fewer at once.`,
}

function accept(
  reply: FastifyReply,
  { reply: wanted }: Receiving,
  { taken, isBatch }: { taken: (Captured | Taken)[]; isBatch: boolean },
): FastifyReply {
  const { status, body = '', contentType = 'text/plain; charset=utf-8' } = wanted ?? {}
  if (status !== undefined) return (body === '' ? reply : reply.type(contentType)).code(status).send(body)
  reply.code(taken.some(({ duplicate }) => !duplicate) ? 202 : 200)
  return reply.send(isBatch ? { events: taken } : taken[0])
}

/** Rejects where nothing was taken and nothing is wrong with what was sent: it is to come again. */
export async function receive(
  deps: ReceiveDeps,
  { address, request }: { address: Address; request: HookRequest },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const addressee = await findAddressee(deps, address)
  if ('status' in addressee) return sendProblem(reply, addressee)
  const { receiving } = addressee
  const { method } = request
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const headers = headersOf(request)
  const url = `${deps.publicUrl().replace(/\/$/, '')}${request.url}`
  const delivery = { method, url, headers, rawBody: raw, event: undefined, now: deps.clock() }
  // Not the reply itself: a reply can be awaited, and is nothing then.
  const isAnswered = async (isProved: boolean, event?: JsonValue): Promise<boolean> => {
    const show = async (value: string, what: string) => {
      const kept = await keepHandedOver(address, value)
      if (kept?.count === 1)
        deps.log.warn(
          { ...labelOf(address), ...kept },
          `a sender brought ${what}: if you have just registered this address there, set what the file holds as the secret`,
        )
      else if (kept)
        deps.log.warn(
          { ...labelOf(address), ...kept },
          `${kept.count} senders brought different values as ${what}: take only the one that the sender itself shows you, or register again under an address that nobody knows`,
        )
    }
    const answer = await answerChallenge(receiving, { ...delivery, event }, { ...deps, show, isProved })
    if (answer === undefined) return false
    if ('problem' in answer) sendProblem(reply, answer.problem)
    else reply.code(answer.status).headers(answer.headers).send(answer.body)
    return true
  }
  if (await isAnswered(false)) return reply
  if (method !== 'POST')
    return sendProblem(reply, {
      status: 405,
      title: 'Method not allowed',
      detail: `Send events with POST ${pathOf(address)}.`,
      headers: { allow: 'POST' },
    })
  // Where the proof stands in the body, it has to be read before anything is known of who sends.
  const read = readsEvent(receiving.proof) ? await openBody(receiving, { raw, headers }) : undefined
  if (read && 'problem' in read) return sendProblem(reply, read.problem)
  const keys = deps.keysOf(pathOf(address))
  const verdict = await prove({ ...delivery, event: read?.event }, receiving, { ...deps, keys })
  if (verdict.kind === 'refused') return sendProblem(reply, notVerified(receiving, verdict.why))
  const opened = read ?? (await openBody(receiving, { raw, headers }))
  if ('problem' in opened) return sendProblem(reply, opened.problem)
  if (await isAnswered(true, opened.event)) return reply
  const query = request.url.split('?').slice(1).join('?')
  const shown = withoutProof(receiving, { opened, headers, query }, deps.secret)
  const asked = keptQuery(shown.query)
  if (asked.kind === 'unreadable') return sendProblem(reply, asked)
  const arrived = {
    opened: shown.opened,
    headers: shown.headers,
    method,
    query: asked.query,
    signed: verdict.signed,
    areSignedApart: signsItems(receiving.proof),
    at: deps.clock(),
  }
  const { events, isBatch } = broughtBy(addressee.sender, arrived)
  if (events.length > MOST_IN_BATCH) return sendProblem(reply, tooMany)
  try {
    const taken = await take(deps, { addressee, events, request: arrived })
    return accept(reply, receiving, { taken, isBatch })
  } catch (error) {
    if (error instanceof TooManyRunsError) return sendProblem(reply, tooMany)
    throw error
  }
}
