// Reassign: to a person, or to a user group.
import type { InputBlock, ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { titleOf } from '../cards/case.ts'
import { limits, mention, mrkdwn, plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'

export interface GroupChoice {
  id: string
  handle: string
  name: string
}

const MOST_OPTIONS = 100

/** To a person, or to a group where there are any. */
export function ownerInputs(groups: GroupChoice[]): InputBlock[] {
  const person: InputBlock = {
    type: 'input',
    block_id: 'person',
    optional: groups.length > 0,
    label: { type: 'plain_text', text: 'To a person' },
    element: {
      type: 'users_select',
      action_id: 'to',
      placeholder: { type: 'plain_text', text: 'Choose a person' },
    },
  }
  const group: InputBlock = {
    type: 'input',
    block_id: 'group',
    optional: true,
    label: { type: 'plain_text', text: 'or to a group' },
    element: {
      type: 'static_select',
      action_id: 'to',
      placeholder: { type: 'plain_text', text: 'Choose a group' },
      options: groups.slice(0, MOST_OPTIONS).map(({ id, handle, name }) => ({
        text: plain(`@${handle} (${name})`, limits.optionText),
        value: id,
      })),
    },
  }
  return groups.length > 0 ? [person, group] : [person]
}

type Chosen = { selected_user?: string | null; selected_option?: { value: string } | null }

/** The id that was chosen, or what is wrong, by input. */
export function chosenOwner(
  values: Record<string, Record<string, Chosen>>,
): { to: string; block: string } | { errors: Record<string, string> } {
  const person = values['person']?.['to']?.selected_user ?? undefined
  const group = values['group']?.['to']?.selected_option?.value
  if (person !== undefined && group !== undefined)
    return { errors: { group: 'Choose a person or a group, not both.' } }
  if (person !== undefined) return { to: person, block: 'person' }
  return group === undefined
    ? { errors: { person: 'Choose a person or a group.' } }
    : { to: group, block: 'group' }
}

export function reassignModal(view: ExceptionView, groups: GroupChoice[]): ModalView {
  const { ownerId, ownerLabel } = view.exception
  return {
    type: 'modal',
    callback_id: 'reassign',
    private_metadata: modalMetadata(view.exception.id),
    title: { type: 'plain_text', text: 'Reassign' },
    submit: { type: 'plain_text', text: 'Reassign' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: plain(titleOf(view), 300) },
      {
        type: 'context',
        elements: [mrkdwn(`Now with ${mention(ownerId, ownerLabel)}. This resets the response deadline.`)],
      },
      ...ownerInputs(groups),
      {
        type: 'input',
        block_id: 'note',
        optional: true,
        label: { type: 'plain_text', text: 'Note' },
        element: { type: 'plain_text_input', action_id: 'text', max_length: 500 },
      },
    ],
  }
}
