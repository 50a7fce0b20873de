// signalbox connections: the other systems that signalbox.yaml names, or the presets for them.
import type { Command } from 'commander'
import { presetNames, targetPresets } from '../../../domain/target-presets/expand.ts'
import { type KnownConnection, loadConnections } from '../../connections.ts'
import { print, printJson, tableText } from '../../text/output.ts'

interface Options {
  presets?: boolean
  json?: boolean
}

const secretsText = ({ test: { secretNames }, missing }: KnownConnection): string =>
  secretNames.map((name) => `${name}${missing.includes(name) ? ' (not set)' : ''}`).join(', ')

const shown = (one: KnownConnection) => ({
  name: one.name,
  url: one.connection.url,
  auth: one.auth ?? null,
  test: one.connection.test ? `${one.connection.test.method} ${one.connection.test.path}`.trim() : null,
  secrets: one.test.secretNames,
  missing: one.missing,
})

function printPresets(json: boolean | undefined): void {
  const presets = presetNames.map((name) => {
    const { title = '', inputs = {} } = targetPresets[name] ?? {}
    return { preset: name, title, takes: Object.keys(inputs) }
  })
  if (json) printJson({ presets })
  else
    print(
      tableText(
        ['PRESET', 'SYSTEM', 'SETTINGS'],
        presets.map(({ preset, title, takes }) => [preset, title, takes.join(', ')]),
      ),
    )
}

export function addConnections(command: Command): void {
  command
    .argument('[dir]', 'folder of the files (default: WORKFLOWS_DIR, else workflows)')
    .option('--presets', 'list the presets instead')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Makes no calls: use signalbox connection test for that. Secrets are listed by name only.

Examples:
  $ signalbox connections
  $ signalbox connections --presets
  $ signalbox connections --json | jq '.connections[] | select(.missing != [])'`,
    )
    .action(async (dir: string | undefined, { presets, json }: Options) => {
      if (presets) return printPresets(json)
      const connections = await loadConnections(dir)
      if (json) return printJson({ connections: connections.map(shown) })
      if (connections.length === 0)
        return print(
          'signalbox.yaml has no connections. signalbox connections --presets lists the ready-made ones.',
        )
      print(
        tableText(
          ['CONNECTION', 'ADDRESS', 'AUTH', 'TEST', 'SECRETS'],
          connections.map((one) => {
            const { name, url, auth, test } = shown(one)
            return [name, url, auth ?? '', test ?? '', secretsText(one)]
          }),
        ),
      )
    })
}
