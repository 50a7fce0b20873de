// Which keys of a webhook a preset reads; anything else beside it would be passed over without a word.
import type { Preset } from './preset.ts'

export type PresetKey = 'secret' | 'tolerance'

export function presetKeys({ proof }: Preset): { takes: PresetKey[]; needs: PresetKey[] } {
  const isTimed = proof.kind === 'signature' && proof.time !== undefined
  return { takes: ['secret', ...(isTimed ? (['tolerance'] as const) : [])], needs: ['secret'] }
}
