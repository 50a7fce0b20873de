// A choice of the file that asks for values first.
import type { ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { type Choice, type ChoiceForm, inputFields } from '../../domain/workflow-file/choice.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { titleOf } from '../cards/case.ts'
import { whatItDoes } from '../cards/words.ts'
import { plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'
import { inputFor, typedTexts, typedValue } from './field-input.ts'

type WithForm = Choice & { form: ChoiceForm }

/** The choice at this place, if it asks for something. */
export function formOf({ run }: ExceptionView, position: number): WithForm | undefined {
  const choices = run.route === null ? undefined : run.definition.routes[run.route]?.exception?.choices
  const choice = choices?.[position]
  return choice?.form ? { ...choice, form: choice.form } : undefined
}

export function choiceModal(view: ExceptionView, position: number): ModalView {
  const choice = formOf(view, position)
  const label = choice?.label ?? 'Choose'
  const fields = Object.entries(inputFields(choice?.form))
  return {
    type: 'modal',
    callback_id: 'choose',
    private_metadata: modalMetadata(view.exception.id, view.exception.revision, position),
    title: plain(label, 24),
    submit: plain(label, 24),
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: plain(titleOf(view), 300) },
      {
        type: 'context',
        elements: [plain(whatItDoes(view, { do: 'choose', position, label }), 500)],
      },
      ...fields.map(([name, definition]) =>
        inputFor({
          field: name,
          title: definition.title ?? name.replaceAll('_', ' '),
          definition,
          isOptional: definition.missing !== 'ask',
        }),
      ),
    ],
  }
}

/** What was entered, in the types of the form; what was left empty is left out. */
export function enteredIn(
  view: ExceptionView,
  position: number,
  values: Record<string, Record<string, unknown>>,
): JsonObject {
  const fields = inputFields(formOf(view, position)?.form)
  return Object.fromEntries(
    Object.entries(typedTexts(values))
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => [name, typedValue(fields[name], text)]),
  )
}
