// signalbox sources: the sources of this workspace, and the senders that Signalbox knows with what is checked of each.
import type { Command } from 'commander'
import { readConfig } from '../../../config.ts'
import { type SourceHealth, sourceHealth } from '../../../db/workflows/source-health.ts'
import { presetKeys } from '../../../domain/senders/preset-keys.ts'
import { type PresetName, presetNames, presetOf } from '../../../domain/senders/presets.ts'
import { meant } from '../../../workflow/nearest.ts'
import { withDatabaseIfThere } from '../../database.ts'
import { wrongUsage } from '../../exit.ts'
import { idWords, verifiedWords } from '../../text/sender-words.ts'
import { senderText, sourceJson, sourceSection, takersText } from '../../text/source-text.ts'
import { print, printJson, sectionsText, tableText } from '../../text/output.ts'
import { timesFor, UTC } from '../../text/times.ts'

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

/** What was published last; without a database, nothing. */
const sourcesHere = async (): Promise<SourceHealth[]> =>
  (await withDatabaseIfThere(({ prisma }) => sourceHealth(prisma, { at: new Date() }))) ?? []

const presetTable = (): string =>
  tableText(
    ['PRESET', 'SENDER', 'EVENT ID', 'BATCH'],
    presetNames.map(rowOf).map(({ preset, sender, id, batch }) => [preset, sender, id, batch ?? 'one']),
  )

const sourceTable = (sources: SourceHealth[]): string =>
  tableText(
    ['SOURCE', 'ADDRESS', 'SENDER', 'EVENTS (7 D)', 'IGNORED', 'TAKEN BY'],
    sources.map((one) => [
      one.name,
      one.address,
      senderText(one),
      one.deliveries,
      one.ignored,
      takersText(one),
    ]),
  )

interface Options {
  json?: boolean
  utc?: boolean
}

function printNamed(name: string, sources: SourceHealth[], { utc }: Options): void {
  const times = timesFor({ utc })
  if (sources.length > 0)
    print(sectionsText(sources.map((one) => sourceSection(one, readConfig().publicUrl, times))))
  if (sources.length > 0 && isPreset(name)) print('')
  if (isPreset(name)) printOne(name)
}

export function addSources(command: Command): void {
  command
    .argument('[name]', 'show this source or preset in full')
    .option('--json', 'print JSON')
    .option(...UTC)
    .addHelpText(
      'after',
      `
The sources that signalbox apply published last, then the senders that Signalbox knows.

Examples:
  $ signalbox sources
  $ signalbox sources stripe-eu
  $ signalbox sources stripe`,
    )
    .action(async (name: string | undefined, options: Options) => {
      const isMeant = (one: string) => name === undefined || one === name
      const all = await sourcesHere()
      const sources = all.filter((one) => isMeant(one.name))
      const presets = presetNames.filter(isMeant)
      if (name !== undefined && sources.length + presets.length === 0)
        throw wrongUsage(
          `There is no source or preset "${name}" (${meant(name, [...all.map((one) => one.name), ...presetNames]) ?? 'signalbox sources lists them'})`,
        )
      if (options.json) printJson({ sources: sources.map(sourceJson), presets: presets.map(rowOf) })
      else if (name !== undefined) printNamed(name, sources, options)
      else print([...(sources.length === 0 ? [] : [sourceTable(sources)]), presetTable()].join('\n\n'))
    })
}
