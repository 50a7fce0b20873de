// The senders we know, by name. Facts and what is unconfirmed of them stand beside each; docs/senders.md is made of this.
import type { Preset } from './preset.ts'
import { mail } from './presets/mail.ts'
import { money } from './presets/money.ts'
import { people } from './presets/people.ts'
import { systems } from './presets/systems.ts'
import { work } from './presets/work.ts'

const presets = { ...mail, ...money, ...people, ...systems, ...work }

export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets).toSorted() as [PresetName, ...PresetName[]]
export const presetOf = (name: PresetName): Preset => presets[name]
