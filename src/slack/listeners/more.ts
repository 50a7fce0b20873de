// The card's menu: note, ask, snooze; and the Answer button of a question.
import type { SlackDeps } from '../deps.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import { readButtonValue, readMoreValue } from '../app/ids.ts'
import { closeOrSay } from '../app/message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { SNOOZE, snoozeModal } from '../modals/snooze.ts'
import { answerModal, askModal, noteModal, COMMENT } from '../modals/comment.ts'
import { cut } from '../text.ts'
import { type SubmitAnswer, type SlackApp } from '../app/slack-app.ts'
import { openChange, openEdit } from './change.ts'
import { openFor } from './exception-action.ts'

const kinds = { note: 'noted', ask: 'asked', answer: 'answered' } as const

function listenComment(app: SlackApp, { comment }: SlackDeps, callback: keyof typeof kinds): void {
  app.view(callback, async ({ userId, view }): Promise<SubmitAnswer> => {
    const { values } = view.state
    const text = values[COMMENT.text]?.[COMMENT.action]?.value?.trim() ?? ''
    if (text === '') return { do: 'errors', errors: { [COMMENT.text]: 'Write something.' } }
    const to = values[COMMENT.to]?.[COMMENT.action]?.selected_user ?? undefined
    const answer = await comment({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      kind: kinds[callback],
      text,
      from: view.id,
      ...(to === undefined ? {} : { to }),
    })
    // Under the field, so that what was written is not lost.
    if (answer.kind === 'not_allowed')
      return { do: 'errors', errors: { [COMMENT.text]: cut(`You can't do this. Ask ${answer.who}.`, 300) } }
    if (answer.kind === 'not_eligible') return { do: 'errors', errors: { [COMMENT.to]: answer.because } }
    return closeOrSay("Couldn't save", resolveAnswerText(answer, userId))
  })
}

function listenSnooze(app: SlackApp, { snooze }: SlackDeps): void {
  app.view('snooze', async ({ userId, view }): Promise<SubmitAnswer> => {
    const until = new Date(view.state.values[SNOOZE.block]?.[SNOOZE.action]?.selected_option?.value ?? '')
    if (Number.isNaN(until.getTime()))
      return { do: 'errors', errors: { [SNOOZE.block]: 'Choose until when.' } }
    const answer = await snooze({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      until,
    })
    if (answer.kind === 'not_eligible') return { do: 'errors', errors: { [SNOOZE.block]: answer.because } }
    return closeOrSay("Couldn't snooze", resolveAnswerText(answer, userId))
  })
}

export function listenMore(app: SlackApp, deps: SlackDeps): void {
  const { db, clock } = deps
  const forComment = { isForResolved: true, refused: deps.commentRefusal }
  app.action('more', async (context) => {
    const chosen = readMoreValue(context.value)
    const press = { ...context, value: chosen?.button ?? '' }
    if (chosen?.name === 'onit') {
      const actor = { id: context.userId, surface: 'slack' as const }
      const exceptionId = readButtonValue(chosen.button)?.exceptionId ?? ''
      const answer = await deps.acknowledge({ exceptionId, actor, permission: 'attend' })
      const text = resolveAnswerText(answer, context.userId)
      return text === undefined ? undefined : context.tell(text)
    }
    if (chosen?.name === 'change') return openChange(deps, press)
    if (chosen?.name === 'edit') return openEdit(deps, press)
    if (chosen?.name === 'ask')
      return openFor(deps, press, { title: 'Ask', build: askModal, permission: 'attend' })
    if (chosen?.name !== 'snooze')
      return openFor(deps, press, { title: 'Note', build: noteModal, ...forComment })
    const person = await db.prisma.person.findUnique({ where: { id: context.userId } })
    const build = (view: Parameters<typeof noteModal>[0]) =>
      snoozeModal(view, clock(), person?.timezone ?? 'UTC')
    return openFor(deps, press, { title: 'Snooze', build, permission: 'attend' })
  })
  app.action('answer', (context) =>
    openFor(deps, context, { title: 'Answer', build: answerModal, ...forComment }),
  )
  for (const callback of ['note', 'ask', 'answer'] as const) listenComment(app, deps, callback)
  listenSnooze(app, deps)
}
