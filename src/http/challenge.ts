// What a sender asks before it sends, answered as it wants: such a request is no event. What nobody signed gets nothing back but
// what it brought, as plain text, and only where the preset says so.
import { createHmac } from 'node:crypto'
import { readBody } from '../domain/body/read-body.ts'
import { type Delivery, eventAt, placeWords, scalarText, textsAt } from '../domain/senders/delivery.ts'
import { isSame } from '../domain/senders/keys.ts'
import type { Challenge } from '../domain/senders/preset.ts'
import type { Receiving } from '../domain/senders/receiving.ts'
import { isJsonObject, type JsonValue } from '../domain/values/json.ts'
import type { Problem } from './problem.ts'
import type { Ask } from './proof/prove.ts'
import { isOfSns } from './proof/sns.ts'

export interface ChallengeDeps {
  secret: (name: string) => string | undefined
  ask: Ask
  /** Keeps what a person needs to go on. Rejects where it cannot: the sender comes again. */
  show: (value: string, what: string) => Promise<void>
}

export interface Answered {
  status: number
  headers: Record<string, string>
  body: string
}

const ECHOED = /^[\x20-\x7e]{1,1000}$/
const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
const JSON_TYPE = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' }
const done = (headers: Record<string, string> = {}, body = ''): Answered => ({ status: 200, headers, body })
const denied = (detail: string): { problem: Problem } => ({
  problem: { status: 403, title: 'Challenge not answered', detail },
})

/** A body that nothing is known of yet. Challenges are small. */
function smallBody({ rawBody, headers }: Delivery): JsonValue | undefined {
  if (rawBody.length > 4096) return undefined
  const read = readBody({ body: rawBody, contentType: headers['content-type'] ?? '' })
  return read.kind === 'read' ? read.body : undefined
}

/** The value that a request asks with, where it is this challenge. */
function askedWith(delivery: Delivery, { method, from, when = {}, isSigned }: Challenge): string | undefined {
  if (delivery.method !== method) return undefined
  const fits = Object.entries(when).every(
    ([path, text]) => scalarText(eventAt(delivery.event, path)[0]) === text,
  )
  // What nobody signed is one only where it says nothing else: an event has more.
  const isAlone =
    isSigned ||
    !('event' in from) ||
    (isJsonObject(delivery.event) && Object.keys(delivery.event).length === 1)
  return fits && isAlone ? textsAt(delivery, from)?.[0] : undefined
}

function echo(value: string, { as = 'text' }: Challenge): Answered {
  if (as === 'text') return done(PLAIN, value)
  return 'json' in as ? done(JSON_TYPE, JSON.stringify({ [as.json]: value })) : done({ [as.header]: value })
}

async function answerOne(
  value: string,
  challenge: Challenge,
  { receiving, delivery, deps }: { receiving: Receiving; delivery: Delivery; deps: ChallengeDeps },
): Promise<Answered | { problem: Problem } | undefined> {
  const { secret, ask, show } = deps
  const [own] = receiving.secrets.flatMap((name) => secret(name) ?? [])
  if (challenge.kind === 'ping') return done()
  if (challenge.token !== undefined) {
    const given = textsAt(delivery, { query: challenge.token })?.[0] ?? ''
    const expected = secret(receiving.verifyToken ?? '')
    if (expected === undefined || !isSame(given, expected)) return denied(`${challenge.token} is not right.`)
  }
  if (challenge.kind === 'confirm') {
    const { proof } = receiving
    if (proof.kind !== 'sns' || !isOfSns(value, proof))
      return denied('SubscribeURL is no address of Amazon SNS in the region of the topic.')
    await ask({ url: value })
    return done()
  }
  if (!ECHOED.test(value)) return denied('It is too long, or no plain text.')
  switch (challenge.kind) {
    case 'echo':
      return echo(value, challenge)
    case 'keep':
      if (own === undefined) await show(value, placeWords(challenge.from))
      // A body without a proof is no challenge any more once there is a secret to prove it with.
      else if (challenge.as === undefined) return undefined
      return challenge.as === undefined ? done() : echo(value, challenge)
    case 'mac': {
      if (own === undefined) return denied('No secret is set for this workflow.')
      // developers.zoom.us, "Validate your webhook endpoint".
      const encryptedToken = createHmac('sha256', own).update(value).digest('hex')
      return done(JSON_TYPE, JSON.stringify({ plainToken: value, encryptedToken }))
    }
  }
}

/** undefined: the request is none. `isProved`: the sender has proved itself, so only what is signed is looked at. */
export async function answerChallenge(
  receiving: Receiving,
  delivery: Delivery,
  { isProved, ...deps }: ChallengeDeps & { isProved: boolean },
): Promise<Answered | { problem: Problem } | undefined> {
  for (const challenge of receiving.challenges.filter(({ isSigned }) => isSigned === isProved)) {
    const looked =
      isProved || !('event' in challenge.from) ? delivery : { ...delivery, event: smallBody(delivery) }
    const value = askedWith(looked, challenge)
    if (value === undefined) continue
    return answerOne(value, challenge, { receiving, delivery, deps })
  }
  return undefined
}
