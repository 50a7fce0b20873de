// The card's menu: note, ask, snooze; and the Answer button of a question.
import type { SlackDeps } from '../deps.ts'
import { settleAnswerText } from '../answers/settle-answer.ts'
import { readButtonValue, readMoreValue } from '../ids.ts'
import { closeOrSay } from '../message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { SNOOZE, snoozeModal } from '../modals/snooze.ts'
import { answerModal, askModal, noteModal, TALK } from '../modals/talk.ts'
import { cut } from '../text.ts'
import { type SubmitAnswer, type Wire } from '../wire.ts'
import { openChange, openEdit } from './change.ts'
import { openFor } from './exception-press.ts'

const kinds = { note: 'noted', ask: 'asked', answer: 'answered' } as const

function listenTalk(wire: Wire, { talk }: SlackDeps, callback: keyof typeof kinds): void {
  wire.submit(callback, async ({ userId, view }): Promise<SubmitAnswer> => {
    const { values } = view.state
    const text = values[TALK.text]?.[TALK.action]?.value?.trim() ?? ''
    if (text === '') return { do: 'errors', errors: { [TALK.text]: 'Write something.' } }
    const to = values[TALK.to]?.[TALK.action]?.selected_user ?? undefined
    const answer = await talk({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      kind: kinds[callback],
      text,
      from: view.id,
      ...(to === undefined ? {} : { to }),
    })
    // Under the field, so that what was written is not lost.
    if (answer.kind === 'not_allowed')
      return { do: 'errors', errors: { [TALK.text]: cut(`You may not; who may: ${answer.who}.`, 300) } }
    if (answer.kind === 'not_eligible') return { do: 'errors', errors: { [TALK.to]: answer.because } }
    return closeOrSay('Not kept', settleAnswerText(answer, userId))
  })
}

function listenSnooze(wire: Wire, { snooze }: SlackDeps): void {
  wire.submit('snooze', async ({ userId, view }): Promise<SubmitAnswer> => {
    const until = new Date(view.state.values[SNOOZE.block]?.[SNOOZE.action]?.selected_option?.value ?? '')
    if (Number.isNaN(until.getTime()))
      return { do: 'errors', errors: { [SNOOZE.block]: 'Choose until when.' } }
    const answer = await snooze({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      until,
    })
    if (answer.kind === 'not_eligible') return { do: 'errors', errors: { [SNOOZE.block]: answer.because } }
    return closeOrSay('Not snoozed', settleAnswerText(answer, userId))
  })
}

export function listenMore(wire: Wire, deps: SlackDeps): void {
  const { db, clock } = deps
  const forTalk = { isForSettled: true, refused: deps.talkRefusal }
  wire.press('more', async (context) => {
    const chosen = readMoreValue(context.value)
    const press = { ...context, value: chosen?.button ?? '' }
    if (chosen?.name === 'onit') {
      const actor = { id: context.userId, surface: 'slack' as const }
      const exceptionId = readButtonValue(chosen.button)?.exceptionId ?? ''
      const answer = await deps.acknowledge({ exceptionId, actor, wish: 'attend' })
      const text = settleAnswerText(answer, context.userId)
      return text === undefined ? undefined : context.tell(text)
    }
    if (chosen?.name === 'change') return openChange(deps, press)
    if (chosen?.name === 'edit') return openEdit(deps, press)
    if (chosen?.name === 'ask') return openFor(deps, press, { title: 'Ask', build: askModal, wish: 'attend' })
    if (chosen?.name !== 'snooze')
      return openFor(deps, press, { title: 'Note', build: noteModal, ...forTalk })
    const person = await db.prisma.person.findUnique({ where: { id: context.userId } })
    const build = (view: Parameters<typeof noteModal>[0]) =>
      snoozeModal(view, clock(), person?.timezone ?? 'UTC')
    return openFor(deps, press, { title: 'Snooze', build, wish: 'attend' })
  })
  wire.press('answer', (context) =>
    openFor(deps, context, { title: 'Answer', build: answerModal, ...forTalk }),
  )
  for (const callback of ['note', 'ask', 'answer'] as const) listenTalk(wire, deps, callback)
  listenSnooze(wire, deps)
}
