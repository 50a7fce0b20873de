// Which keys of a webhook a preset reads; anything else beside it would be passed over without a word.
import type { Preset } from './preset.ts'

export const presetKeyNames = [
  'secret',
  'tolerance',
  'username',
  'header',
  'verify_token',
  'topic',
  'webhook_id',
  'client_id',
] as const
export type PresetKey = (typeof presetKeyNames)[number]

export function presetKeys({ proof, namesHeader, challenges = [] }: Preset): {
  takes: PresetKey[]
  needs: PresetKey[]
} {
  const needs: PresetKey[] = []
  const may: PresetKey[] = []
  if (proof.kind === 'sns') needs.push('topic')
  else if (proof.kind === 'paypal') needs.push('webhook_id')
  else needs.push('secret')
  if (proof.kind === 'plaid') needs.push('client_id')
  if (proof.kind === 'basic') needs.push('username')
  if (challenges.some(({ token }) => token !== undefined)) needs.push('verify_token')
  if (namesHeader) may.push('header')
  if (proof.kind === 'signature' && proof.time) may.push('tolerance')
  return { takes: [...needs, ...may], needs }
}
