// signalbox sources: the senders that Signalbox knows, and what is checked of each.
import type { Command } from 'commander'
import { presetKeys } from '../../../domain/senders/preset-keys.ts'
import { type PresetName, presetNames, presetOf } from '../../../domain/senders/presets.ts'
import { meant } from '../../../workflow/nearest.ts'
import { wrongUsage } from '../../exit.ts'
import { idWords, verifiedWords } from '../../text/sender-words.ts'
import { print, printJson, tableText } from '../../text/output.ts'

const isPreset = (name: string): name is PresetName => presetNames.some((one) => one === name)

const rowOf = (name: PresetName) => {
  const preset = presetOf(name)
  return {
    preset: name,
    sender: preset.title,
    verified: verifiedWords(preset.proof),
    id: idWords(preset),
    batch: preset.each ?? null,
    keys: presetKeys(preset).takes,
    setup: preset.setup,
    unconfirmed: preset.unconfirmed ?? null,
  }
}

function printOne(name: PresetName): void {
  const { sender, verified, id, batch, keys, setup, unconfirmed } = rowOf(name)
  const lines = [
    ['Sender', sender],
    ['Set up', setup],
    ['Verified', verified],
    ['Event ID', id],
    ['Events', batch ?? 'one per delivery'],
    ['Keys', `${keys.join(', ')}; body, id and each override the preset`],
    ['Unconfirmed', unconfirmed ?? 'nothing'],
  ]
  for (const [what = '', text = ''] of lines) print(`${what.padEnd(12)} ${text}`)
}

export function addSources(command: Command): void {
  command
    .argument('[preset]', 'show this one in full')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ signalbox sources
  $ signalbox sources stripe`,
    )
    .action((name: string | undefined, { json }: { json?: boolean }) => {
      if (name !== undefined && !isPreset(name))
        throw wrongUsage(`There is no preset "${name}" (${meant(name, [...presetNames], 'presets')})`)
      if (json) printJson(name === undefined ? presetNames.map(rowOf) : rowOf(name))
      else if (name !== undefined) printOne(name)
      else
        print(
          tableText(
            ['PRESET', 'SENDER', 'EVENT ID', 'BATCH'],
            presetNames
              .map(rowOf)
              .map(({ preset, sender, id, batch }) => [preset, sender, id, batch ?? 'one']),
          ),
        )
    })
}
