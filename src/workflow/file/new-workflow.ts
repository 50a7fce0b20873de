// A first file for `signalbox new`: small, complete, and it passes `check` as it stands.
import { parseOwner } from '../../domain/people/owner.ts'

export type Answers = {
  workflow: string
  title: string
  /** "@person", "@group" or role:name */
  owner: string
  channel: string
  /** What the sender calls the thing: the field that is its key. */
  keyField: string
  /** A calendar of signalbox.yaml, when there is one. */
  calendar?: string | undefined
}

/** Why an answer cannot be used, in words for the one who typed it; undefined when it can. */
export const answerProblem = (name: keyof Answers, answer: string): string | undefined => {
  switch (name) {
    case 'workflow':
      return /^[a-z0-9][a-z0-9-]{0,62}$/.test(answer)
        ? undefined
        : 'use small letters, digits and hyphens, like order-delivery'
    case 'title':
      return answer.trim() === '' ? 'write what people call it' : undefined
    case 'owner':
      return parseOwner(answer)?.strategy === 'one' ? undefined : 'write @person, @group or role:name'
    case 'channel':
      return /^#[\p{Ll}\p{Lo}\p{N}_-]{1,80}$/u.test(answer)
        ? undefined
        : 'write a channel like #ops-exceptions'
    case 'keyField':
      return /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(answer)
        ? undefined
        : 'use letters, digits and underscores, like order_id'
    case 'calendar':
      return undefined
    default:
      return name satisfies never
  }
}

/** The variable with its secret; a key may begin with a digit, a variable may not. */
const secretOf = (workflow: string): string => `HOOK_${workflow.toUpperCase().replaceAll('-', '_')}`

const quoted = (text: string): string => JSON.stringify(text)

export const newWorkflow = ({ workflow, title, owner, channel, keyField, calendar }: Answers): string =>
  `# yaml-language-server: $schema=../docs/workflow.schema.json
workflow: ${workflow}
title: ${quoted(title)}
owner: ${quoted(owner)}
description: ${quoted(`What ${title} is for, in one sentence.`)}
channel: ${quoted(channel)}

trigger:
  webhook:
    preset: standard-webhooks # who sends; signalbox sources lists the others
    secret: secret.${secretOf(workflow)}
    id: string(event.${keyField}) # a second delivery with the same one is not handled again
  command: { hint: "${keyField}=<id> amount=<number>" }

subject: string(event.${keyField}) # /workflow status <this> finds it

fields:
  ${keyField}: { type: string, minLength: 1 }
  amount: { type: number, minimum: 0, missing: default, default: 0 }

rules: # the first that holds wins
  - { rule: large, when: record.amount > 100, route: check }
  - { rule: rest, when: "true", route: close }

routes:
  check:
    exception: { reason: needs_judgement, text: "\${record.amount} for \${record.${keyField}}" }
  close: { outcome: achieved }

sla:
  respond: 1h${calendar === undefined ? '' : `\n  calendar: ${calendar}`}
  escalate: [{ after: 4h, to: ${quoted(owner)} }]

tests:
  - test: a large one is looked at
    event: { ${keyField}: "1", amount: 250 }
    expect: { route: check, rule: large }
  - test: a small one needs nobody
    event: { ${keyField}: "2", amount: 5 }
    expect: { route: close }
`
