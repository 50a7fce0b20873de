// What a webhook takes and how it tells who sends: its preset, or what its file describes, with what the file says instead.
import type { Form } from '../body/media-type.ts'
import { readBeyond } from '../cel/request-reads.ts'
import { parseQuietly } from '../cel/template-parts.ts'
import { parseDuration } from '../time/duration.ts'
import type { Trigger, Webhook } from '../workflow-file/trigger.ts'
import { proofOf } from '../workflow-file/verify.ts'
import type { Preset } from './preset.ts'
import { presetOf } from './presets.ts'
import { coverageOf, type Proof, signedHeaders } from './proof.ts'

export interface Receiving {
  /** "preset stripe" or "scheme hmac", for messages. */
  name: string
  proof: Proof
  /** Names of secrets, newest first. */
  secrets: readonly string[]
  /** The forms of body that are taken. The file says so, and not who sends. */
  forms: readonly Form[]
  /** Expressions that name an event, the first that finds something: that of the file, then that of the preset. */
  ids: readonly string[]
}

const secretNames = ({ secret, verify }: Webhook): string[] =>
  (verify?.secret ?? secret ?? []).map((name) => name.replace(/^secret\./, ''))

function withGiven(proof: Proof, { tolerance }: Webhook): Proof {
  if (proof.kind !== 'signature' || !proof.time || tolerance === undefined) return proof
  return {
    ...proof,
    time: { ...proof.time, toleranceMs: parseDuration(tolerance) || proof.time.toleranceMs },
  }
}

const read = (webhook: Webhook): Receiving => {
  const preset: Partial<Preset> = webhook.preset === undefined ? {} : presetOf(webhook.preset)
  const described = webhook.verify ? proofOf(webhook.verify) : { kind: 'nothing' as const }
  return {
    name: webhook.preset === undefined ? `scheme ${webhook.verify?.scheme}` : `preset ${webhook.preset}`,
    proof: withGiven(preset.proof ?? described, webhook),
    secrets: secretNames(webhook),
    forms: webhook.body ?? [preset.body ?? 'json'],
    ids: [webhook.id, preset.id].filter((one) => one !== undefined),
  }
}

const known = new WeakMap<Webhook, Receiving>()
export function receivingOf(webhook: Webhook): Receiving {
  const receiving = known.get(webhook) ?? read(webhook)
  known.set(webhook, receiving)
  return receiving
}

/** Whether the sender's proof is about the bytes of the body. */
export const signsBytes = ({ proof }: Receiving): boolean => coverageOf(proof) === 'body'

/** Whether anyone may send: with the author's word (`allow_unsigned`), or without. */
export const unsignedBy = ({ webhook }: Trigger): 'allowed' | 'unsaid' | undefined =>
  webhook?.verify?.scheme === 'none' ? (webhook.allow_unsigned ? 'allowed' : 'unsaid') : undefined

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
