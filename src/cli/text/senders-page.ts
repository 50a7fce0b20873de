// docs/senders.md, made of the presets (scripts/senders-page.ts).
import { presetKeys } from '../../domain/senders/preset-keys.ts'
import { presetNames, presetOf } from '../../domain/senders/presets.ts'
import { idWords, verifiedWords } from './sender-words.ts'

const HEAD = `# Senders

<!-- Made of the presets by scripts/senders-page.ts: change them in src/domain/senders/presets. -->

A workflow names its sender, and the preset does the rest:

\`\`\`yaml
trigger:
  webhook: { preset: stripe, secret: secret.STRIPE } # POST /hooks/<workflow>
\`\`\`

In the settings of the sender, paste \`<PUBLIC_URL>/hooks/<workflow>\`. \`body\`, \`each\` and \`id\` beside a preset count instead of what it says.
\`signalbox sources\` lists the presets, \`signalbox send <workflow> --sample\` sends a signed sample through the real route.
Where several workflows take from one sender, it stands in \`signalbox.yaml\` as a source: [one sender, several workflows](how-to.md#one-sender-several-workflows).
What is marked unconfirmed was read in no page of the vendor's: try it before you rely on it. None was tried against the vendor's service.

## My tool is not listed

Look in its documentation for three things: the header with the signature, what is signed, and how it is written. Then say so:

\`\`\`yaml
trigger:
  webhook:
    verify:
      scheme: hmac
      secret: secret.CRM
      header: x-sig # where the signature stands
      signed: "v0:\${timestamp}:\${body}" # what is signed
      timestamp: x-time # the header with the time
      prefix: "v0=" # what stands before the signature
      encoding: hex # or base64
    each: event.events # where a delivery has several events
    id: event.id
\`\`\`

A sender that shows a fixed value takes \`scheme: bearer\` (with \`header\`, \`query\` or \`field\` for where it stands), one with user name and
password \`scheme: basic\`. All the words are on the [page of the format](workflow-format.md#triggers). Dropbox has no preset: each of
its notifications is the same bytes, and the same signed bytes are one event here.
`

const isCode = (what = ''): boolean => ['Id', 'Events'].includes(what)

const section = (name: (typeof presetNames)[number]): string => {
  const preset = presetOf(name)
  const rows = [
    ['Set up', preset.setup],
    ['Verified', verifiedWords(preset.proof)],
    ['Id', idWords(preset)],
    ['Events', preset.each ?? 'one a delivery'],
    ['Keys', presetKeys(preset).takes.join(', ')],
    ...(preset.body ? [['Body', preset.body.join(', ')]] : []),
    ...(preset.challenges ? [['Challenge', 'answered']] : []),
    ...(preset.answerWithinS === undefined ? [] : [['Waits', `${preset.answerWithinS} s for the answer`]]),
    ...(preset.unconfirmed === undefined ? [] : [['Unconfirmed', preset.unconfirmed]]),
  ]
  const lines = rows.map(([what, text = '']) =>
    isCode(what) && /[.(]|^event$/.test(text)
      ? `- ${what}: \`${text}\``
      : `- ${what}: ${text.replaceAll('<', '&lt;')}`,
  )
  return `### ${preset.title}\n\n\`preset: ${name}\`\n\n${lines.join('\n')}\n`
}

export const sendersPage = (): string => `${HEAD}\n## Presets\n\n${presetNames.map(section).join('\n')}`
