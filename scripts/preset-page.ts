// Prints the page of presets for connections from their data: node scripts/preset-page.ts > docs/connection-presets.md
import { pathToFileURL } from 'node:url'
import { stringify } from 'yaml'
import type { PresetInput, TargetPreset } from '../src/domain/target-presets/preset.ts'
import { presetNames, targetPresets } from '../src/domain/target-presets/expand.ts'

const HEAD = `# Presets for connections

<!-- Made from the data in src/domain/target-presets by scripts/preset-page.ts; a test compares them. -->

A \`preset\` in a connection of \`signalbox.yaml\` says what we know of a vendor's API: its address, how calls prove who sends them,
fixed headers, where the idempotency key of a step stands, and what answers mean. [The format](workflow-format.md#calls-to-other-systems)
says what each key does.

- **Your own keys count first**: \`url\`, \`auth\`, \`limits\` and conditions as a whole, headers and parameters one by one. Leave out
  inputs that only the replaced part uses.
- A preset is expanded when the file is published: a published version stays as it is when a later release changes the preset.
- **None of these was tried against the vendor.** They come from the vendors' pages and code, and from secondary sources; what
  *Not confirmed* lists has no source we read. \`signalbox connection test\` tries yours.
- Your system is not here? Write its connection out: \`url\`, \`auth\` and, where it needs them, \`idempotency\` and conditions.
`

const yaml = (value: unknown): string =>
  stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd()

const indented = (text: string): string => text.replaceAll(/^/gm, '  ')

const exampleOf = (name: string, { inputs, needsAuth }: TargetPreset): object => ({
  preset: name,
  ...Object.fromEntries(Object.entries(inputs).map(([key, { example }]) => [key, example])),
  ...(needsAuth === undefined ? {} : { auth: { bearer: 'secret.NAME' } }),
})

const inputLine = ([key, { kind, does }]: [string, PresetInput]): string =>
  `- \`${key}\`${kind === 'secret' ? ' (a secret, by name)' : ''}: ${does}`

/** What the preset writes, as it would stand in the file. */
const written = ({ connection }: TargetPreset): string =>
  yaml(Object.fromEntries(Object.entries(connection).filter(([key]) => key !== 'test')))

function testLine({ connection: { test } }: TargetPreset): string {
  const { method = 'GET', path = '', proves = 'auth' } = test ?? {}
  const where = path === '' ? 'the address itself' : `\`${path}\``
  return `The test calls ${method === 'GET' ? '' : `${method} `}${where}${proves === 'nothing' ? ': that shows that it can be reached, and not who asks' : ''}.`
}

function section(name: string): string {
  const preset = targetPresets[name]
  if (!preset) throw new Error(`there is no preset ${name}`)
  const { title, inputs, notes, unconfirmed } = preset
  return [
    `## ${title}`,
    `\`\`\`yaml\nconnections:\n  ${name}:\n${indented(indented(yaml(exampleOf(name, preset))))}\n\`\`\``,
    ...(Object.keys(inputs).length === 0 ? [] : [Object.entries(inputs).map(inputLine).join('\n')]),
    `Expands to:`,
    `\`\`\`yaml\n${written(preset)}\n\`\`\``,
    [...notes, testLine(preset)].map((note) => `- ${note}`).join('\n'),
    ...(unconfirmed.length === 0 ? [] : [`*Not confirmed:* ${unconfirmed.join('; ')}.`]),
  ].join('\n\n')
}

export const presetPage = (): string => `${[HEAD.trimEnd(), ...presetNames.map(section)].join('\n\n')}\n`

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(presetPage())
