// An action with the input that a person wrote for it. A changed input is another call: it gets a key of its own,
// which stays the same for every try of it.
import { createHash } from 'node:crypto'
import { editedKey } from '../../db/runs/attempts.ts'
import type { RunToAct } from '../../db/runs/runs-to-act.ts'
import {
  type EditedInput,
  inputOfAction,
  secretPlaceholder,
  withInput,
  withOwnSecrets,
} from '../../domain/exceptions/action-input.ts'
import type { RenderedAction, Secrets } from '../../domain/compile/compiled-workflow.ts'
import type { FieldDefinition } from '../../domain/fields/field.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { marksOf } from '../../domain/masking/marked.ts'
import { inputTexts, maskedLike } from '../../domain/masking/redact.ts'
import type { Action } from '../../domain/workflow-file/route.ts'

const HASH_LENGTH = 16

/** The edit that is meant for this step, if there is one. */
export const editOf = ({ edited, route }: RunToAct, step: number): EditedInput | undefined =>
  edited?.route === route && edited.step === step ? edited : undefined

/** `render`: the action as its file has it, with these secrets. */
export function applyEdit(
  render: (secrets: Secrets) => RenderedAction,
  { input: edited }: EditedInput,
  { written, secrets }: { written: Action | undefined; secrets: Secrets },
): RenderedAction {
  const real = render(secrets)
  const inputWith = (given: Secrets) => inputOfAction(render(given))
  const parts = {
    edited,
    written: inputTexts(written),
    named: inputWith(secretPlaceholder),
    bare: inputWith(() => '-'),
    real: inputOfAction(real),
  }
  return withInput(real, withOwnSecrets(parts, secrets) as JsonObject)
}

export const keyOfEdit = (key: string, { input }: EditedInput): string =>
  editedKey(key, createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, HASH_LENGTH))

/** What is kept of it: masked where the file's own text reads a field that is secret or personal. */
export const shownEdit = (
  edit: EditedInput,
  action: Action | undefined,
  fields: Record<string, FieldDefinition>,
): EditedInput => ({
  ...edit,
  input: maskedLike(inputTexts(action), edit.input, marksOf(fields)) as JsonObject,
})
