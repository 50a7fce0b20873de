// Edit and retry: what the failed action sends, part by part; JSON where it is no plain text.
import type { InputBlock, ModalView } from '@slack/types'
import { shorten } from '../../domain/text/cut.ts'
import { parseJson } from '../../domain/values/exact-number.ts'
import type { JsonObject, JsonValue } from '../../domain/values/json.ts'
import { messageView } from '../app/message-view.ts'
import { limits, plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'

const BLOCK = 'input:'
const ACTION = 'value'
const TITLE = 'Edit and retry'

const labels: Record<string, string> = {
  json: 'Body (JSON)',
  form: 'Form (as JSON)',
  multipart: 'Form with files (as JSON)',
  query: 'Query (as JSON)',
  event: 'Event (JSON)',
  channel: 'Channel',
  text: 'Text',
  to: 'To',
  subject: 'Subject',
}
const isJson = (name: string) => ['json', 'form', 'multipart', 'query', 'event'].includes(name)
const shown = (name: string, value: JsonValue): string =>
  isJson(name) ? JSON.stringify(value, null, 2) : typeof value === 'string' ? value : ''

export function editModal(exceptionId: string, action: string, input: JsonObject): ModalView {
  const parts = Object.entries(input).map(([name, value]) => [name, shown(name, value)] as const)
  if (parts.some(([, text]) => Array.from(text).length > limits.text))
    return messageView(TITLE, 'What this action sends is too long for a window of Slack.')
  return {
    type: 'modal',
    callback_id: 'edit_input',
    private_metadata: modalMetadata(exceptionId),
    title: { type: 'plain_text', text: TITLE },
    submit: { type: 'plain_text', text: 'Retry with this' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: plain(`What “${action}” sends:`, 300) },
      ...parts.map(([name, text]): InputBlock => ({
        type: 'input',
        block_id: BLOCK + name,
        label: plain(labels[name] ?? name, 100),
        element: {
          type: 'plain_text_input',
          action_id: ACTION,
          multiline: isJson(name) || name === 'text',
          max_length: limits.text,
          ...(text === '' ? {} : { initial_value: text }),
        },
      })),
      {
        type: 'context',
        elements: [
          plain(
            'A changed input is sent as a new request. If the earlier one did arrive, both take effect: check the target first.',
          ),
        ],
      },
    ],
  }
}

/** The input in a submitted modal; or which part is no JSON. */
export function inputTyped(
  values: Record<string, Record<string, { value?: string | null }>>,
): { input: JsonObject } | { errors: Record<string, string> } {
  const input: JsonObject = {}
  for (const [block, inputs] of Object.entries(values)) {
    if (!block.startsWith(BLOCK)) continue
    const name = block.slice(BLOCK.length)
    const text = inputs[ACTION]?.value ?? ''
    if (!isJson(name)) input[name] = text
    else {
      try {
        input[name] = parseJson(text) as JsonValue
      } catch (error) {
        return { errors: { [block]: shorten(`This is no JSON: ${(error as Error).message}`, 300) } }
      }
    }
  }
  return { input }
}

export const inputErrors = (problems: { field: string; message: string }[]): Record<string, string> =>
  Object.fromEntries(problems.map(({ field, message }) => [BLOCK + field, message]))
