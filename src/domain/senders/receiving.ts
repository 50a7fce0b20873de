// What a webhook takes and how it tells who sends: its preset, or what its file describes, with what the file says instead.
import type { Form } from '../body/media-type.ts'
import { readBeyond } from '../cel/request-reads.ts'
import { parseQuietly } from '../cel/template-parts.ts'
import { bareSecret } from '../text/text-kinds.ts'
import { parseDuration } from '../time/duration.ts'
import type { Source } from '../workflow-file/webhook.ts'
import { proofOf } from '../workflow-file/verify.ts'
import type { Challenge, Preset, Reply } from './preset.ts'
import { presetOf } from './presets.ts'
import { coverageOf, type Proof, signedHeaders } from './proof.ts'

export interface Receiving {
  /** "preset stripe" or "scheme hmac", for messages. */
  name: string
  proof: Proof
  /** Names of secrets that prove a sender, newest first. */
  secrets: readonly string[]
  /** With those that are asked for otherwise. */
  allSecrets: readonly string[]
  /** The name of the secret with the verify token. */
  verifyToken: string | undefined
  /** The forms of body that are taken. The file says so, and not who sends. */
  forms: readonly Form[]
  /** Read as the first of its forms, whatever the Content-Type says. */
  ignoresType: boolean
  /** Where the events of a delivery stand. */
  each: string | undefined
  challenges: readonly Challenge[]
  /** undefined: as Signalbox answers. */
  reply: Reply | undefined
  /** Expressions that name an event, the first that finds something: that of the file, then that of the preset. */
  ids: readonly string[]
  /** An expression: what kind of event its sender calls it. */
  type: string
}

/** A preset's proof with what only the file knows. */
function withGiven(proof: Proof, given: Source): Proof {
  switch (proof.kind) {
    case 'basic':
      return { ...proof, username: given.username ?? '' }
    case 'value':
      return given.header === undefined ? proof : { ...proof, at: { header: given.header } }
    case 'sns':
      return { ...proof, topic: given.topic ?? '' }
    case 'paypal':
      return { ...proof, webhookId: given.webhook_id ?? '' }
    case 'plaid':
      return { ...proof, clientId: bareSecret(given.client_id ?? '') }
    case 'signature': {
      const toleranceMs = given.tolerance && parseDuration(given.tolerance)
      return proof.time && toleranceMs ? { ...proof, time: { ...proof.time, toleranceMs } } : proof
    }
    default:
      return proof
  }
}

function read(webhook: Source): Receiving {
  const { verify, verify_token: token, client_id: clientId } = webhook
  const preset: Partial<Preset> = webhook.preset === undefined ? {} : presetOf(webhook.preset)
  const secrets = (verify?.secret ?? webhook.secret ?? []).map(bareSecret)
  return {
    name: webhook.preset === undefined ? `scheme ${verify?.scheme}` : `preset ${webhook.preset}`,
    proof: verify ? proofOf(verify) : withGiven(preset.proof ?? { kind: 'nothing' }, webhook),
    secrets,
    allSecrets: [
      ...secrets,
      ...[token, clientId].flatMap((one) => (one === undefined ? [] : [bareSecret(one)])),
    ],
    verifyToken: token && bareSecret(token),
    forms: webhook.body ?? preset.body ?? ['json'],
    ignoresType: preset.ignoresType === true,
    each: webhook.each ?? preset.each,
    challenges: preset.challenges ?? [],
    reply: preset.reply,
    ids: [webhook.id, preset.id].filter((one) => one !== undefined),
    type: preset.type ?? 'event.type',
  }
}

const known = new WeakMap<Source, Receiving>()
export function receivingOf(webhook: Source): Receiving {
  const receiving = known.get(webhook) ?? read(webhook)
  known.set(webhook, receiving)
  return receiving
}

/** Whether the sender's proof is about the bytes of the body. */
export const signsBytes = ({ proof }: Receiving): boolean => coverageOf(proof) === 'body'

/** Whether anyone may send: with the author's word (`allow_unsigned`), or without. */
export const unsignedBy = (sender: Source | undefined): 'allowed' | 'unsaid' | undefined =>
  sender?.verify?.scheme === 'none' ? (sender.allow_unsigned ? 'allowed' : 'unsaid') : undefined

/** What the `id` of a webhook reads that nobody signed, though its sender signs; undefined: nothing. */
export function unsignedInId({ proof, ids: [id] }: Receiving): string | undefined {
  const coverage = coverageOf(proof)
  if (id === undefined || coverage === 'nothing') return undefined
  if (coverage === 'fields') return 'what the id reads'
  const tree = parseQuietly(id)
  return tree && readBeyond(tree, signedHeaders(proof))
}

/**
 * Headers that may name an event where there is no `id`, or it finds nothing: any, where the sender signs nothing. A header that
 * nobody signed would make one recorded request as many events as there are texts to put into it.
 */
export const keyHeadersOf = (receiving: Receiving | undefined): readonly string[] =>
  receiving === undefined || coverageOf(receiving.proof) === 'nothing'
    ? ['webhook-id', 'idempotency-key']
    : []
