// A draft before it is published: what changes, what it moves of the recorded events, and why it is done.
import type { KnownBlock, ModalView } from '@slack/types'
import { difference } from '../../workflow/publish/difference.ts'
import type { Trial } from '../../workflow/publish/drafts.ts'
import { leavesMoreUnrouted, trialLines } from '../answers/rehearsal.ts'
import { messageView } from '../app/message-view.ts'
import { cut, escape, mrkdwn } from '../text.ts'
import { rulesValue } from './rules.ts'

const TITLE = 'Publish the rules'
const MOST_CHANGES = 20

const section = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(text) })

export function publishRulesModal(trial: Trial, page: number): ModalView {
  const { view, errors, rehearsal, untried } = trial
  const { workflow, live, draft } = view
  if (errors.length > 0)
    return messageView(
      TITLE,
      `This draft cannot be published:\n${errors
        .slice(0, MOST_CHANGES)
        .map(({ message, hint }) => `• ${escape(message)}${hint === undefined ? '' : ` (${escape(hint)})`}`)
        .join('\n')}`,
    )
  const changes = difference(live.definition, draft.definition).map(
    ({ text }) => `• ${escape(cut(text, 200))}`,
  )
  if (changes.length === 0) return messageView(TITLE, 'Nothing differs from what is live.')
  return {
    type: 'modal',
    callback_id: 'publish_rules',
    private_metadata: rulesValue({ workflow, page, revision: draft.revision }),
    title: { type: 'plain_text', text: TITLE },
    submit: { type: 'plain_text', text: 'Publish' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(changes.slice(0, MOST_CHANGES).join('\n')),
      { type: 'divider' },
      section(trialLines(trial).join('\n')),
      ...(untried ? [forced('It is not checked whether events would be left without a rule')] : []),
      ...(leavesMoreUnrouted(rehearsal) ? [forced('More events would be left without a rule')] : []),
      {
        type: 'input',
        block_id: 'note',
        label: { type: 'plain_text', text: 'Why?' },
        hint: { type: 'plain_text', text: 'Saved with the version and in the audit log.' },
        element: { type: 'plain_text_input', action_id: 'text', max_length: 500 },
      },
    ],
  }
}

const forced = (label: string): KnownBlock => ({
  type: 'input',
  block_id: 'force',
  optional: true,
  label: { type: 'plain_text', text: label },
  element: {
    type: 'checkboxes',
    action_id: 'choice',
    options: [
      {
        text: { type: 'plain_text', text: 'Publish all the same; this stands in the audit' },
        value: 'force',
      },
    ],
  },
})
