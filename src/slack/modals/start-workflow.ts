// "Start a workflow" and "Make this a run": which workflow, and its values.
import type { ModalView } from '@slack/types'
import { limits, plain } from '../text.ts'

export const START = { workflow: 'workflow', values: 'values', action: 'value' } as const

export interface StartChoice {
  key: string
  title: string
  hint: string | undefined
}

const MOST_OPTIONS = 100

/** `values`: lines of key=value to begin with. Not called without a choice. */
export function startModal(choices: StartChoice[], values: string): ModalView {
  const shown = choices.slice(0, MOST_OPTIONS)
  const hints = shown.flatMap(({ key, hint }) => (hint === undefined ? [] : [`${key}: ${hint}`]))
  return {
    type: 'modal',
    callback_id: 'start_workflow',
    title: { type: 'plain_text', text: 'Start a workflow' },
    submit: { type: 'plain_text', text: 'Start' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'input',
        block_id: START.workflow,
        label: { type: 'plain_text', text: 'Workflow' },
        element: {
          type: 'static_select',
          action_id: START.action,
          placeholder: { type: 'plain_text', text: 'Choose one' },
          options: shown.map(({ key, title }) => ({ text: plain(title, limits.optionText), value: key })),
        },
      },
      {
        type: 'input',
        block_id: START.values,
        label: { type: 'plain_text', text: 'Values' },
        hint: plain(`One key=value a line. ${hints.join('; ')}`, 1500),
        element: {
          type: 'plain_text_input',
          action_id: START.action,
          multiline: true,
          ...(values === '' ? {} : { initial_value: plain(values, 2500).text }),
        },
      },
    ],
  }
}

/** The lines of key=value; what has no key is named. */
export function readValues(text: string): { args: Record<string, string> } | { problem: string } {
  const args: Record<string, string> = {}
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const at = line.indexOf('=')
    const key = line.slice(0, Math.max(at, 0)).trim()
    if (!/^[A-Za-z_][\w.-]*$/.test(key))
      return { problem: `Write key=value; this line is not: ${line.slice(0, 80)}` }
    if (key !== '__proto__') args[key] = line.slice(at + 1).trim()
  }
  return { args }
}
