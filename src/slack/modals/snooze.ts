// Snooze: until when there are no reminders. The choices are in the person's own time zone.
import type { ModalView } from '@slack/types'
import { DateTime } from 'luxon'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { titleOf } from '../cards/case.ts'
import { plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'

export const SNOOZE = { block: 'until', action: 'value' } as const
const MORNING = 9
const MONDAY = 1

/** Moments to choose from, soonest first. */
function snoozeChoices(now: Date, timezone: string): { label: string; until: Date }[] {
  const here = DateTime.fromJSDate(now, { zone: timezone })
  const local = here.isValid ? here : DateTime.fromJSDate(now, { zone: 'UTC' })
  const morning = local.startOf('day').set({ hour: MORNING })
  const daysToMonday = (MONDAY - local.weekday + 7) % 7 || 7
  return [
    { label: 'For 1 hour', until: local.plus({ hours: 1 }) },
    { label: 'For 4 hours', until: local.plus({ hours: 4 }) },
    { label: 'Until tomorrow morning', until: morning.plus({ days: 1 }) },
    { label: 'Until Monday morning', until: morning.plus({ days: daysToMonday }) },
  ].map(({ label, until }) => ({
    label: `${label} (${until.toFormat('ccc d LLL, HH:mm')})`,
    until: until.toJSDate(),
  }))
}

export const snoozeModal = (view: ExceptionView, now: Date, timezone: string): ModalView => ({
  type: 'modal',
  callback_id: 'snooze',
  private_metadata: modalMetadata(view.exception.id),
  title: { type: 'plain_text', text: 'Snooze' },
  submit: { type: 'plain_text', text: 'Snooze' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [
    { type: 'section', text: plain(titleOf(view), 300) },
    {
      type: 'input',
      block_id: SNOOZE.block,
      label: { type: 'plain_text', text: 'Snooze until' },
      hint: { type: 'plain_text', text: 'It stays open and keeps its owner.' },
      element: {
        type: 'static_select',
        action_id: SNOOZE.action,
        options: snoozeChoices(now, timezone).map(({ label, until }) => ({
          text: plain(label, 75),
          value: until.toISOString(),
        })),
      },
    },
  ],
})
