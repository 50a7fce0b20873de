// /workflow retry <subject | run> and /workflow reassign <subject | run> @owner
import type { Access } from '../../access/access.ts'
import { nearHandles, nearOpenSubjects } from '../../db/near.ts'
import type { Tx } from '../../db/open.ts'
import { resolveTyped } from '../../db/owners.ts'
import { newestStandards } from '../../db/standards.ts'
import { exceptionsNamed } from '../../db/queue-view.ts'
import { isReason } from '../../domain/reasons.ts'
import { nobodyAnswer } from '../answers/nobody.ts'
import { settleAnswerText } from '../answers/settle-answer.ts'
import { headline } from '../cards/words.ts'
import { code, inline, mention } from '../text.ts'
import type { ReassignAnswer, SettleAnswer } from '../../pipeline/exception/settlement.ts'
import type { Said } from '../wire.ts'
import type { Subcommand } from './command.ts'

async function nothing(tx: Tx, what: string, access: Access): Promise<string> {
  const near = await nearOpenSubjects(tx, what, (workflow) => access.may('read', workflow))
  const meant = near.length === 0 ? '' : ` Near to it: ${near.map((one) => code(one)).join(', ')}.`
  return `Nothing that is called “${inline(what)}” waits for a person.${meant} \`/workflow queue\` shows what does.`
}

/** The one exception that is meant, or what to say. */
async function oneCalled(tx: Tx, what: string, access: Access): Promise<{ id: string } | { say: string }> {
  const [first, ...others] = await exceptionsNamed(tx, what)
  if (!first) return { say: await nothing(tx, what, access) }
  if (others.length === 0) return first
  const lines = [first, ...others].map(
    ({ runId, workflow, reason }) =>
      `• ${inline(workflow)}: ${isReason(reason) ? headline(reason) : inline(reason)}, ${code(runId)}`,
  )
  return { say: `Several that are called “${inline(what)}” wait; name one by its run:\n${lines.join('\n')}` }
}

function said(answer: ReassignAnswer | SettleAnswer, userId: string): Said | undefined {
  const text = settleAnswerText(answer, userId)
  return text === undefined ? undefined : { text, isPrivate: answer.kind === 'not_allowed' }
}

export const retry: Subcommand = {
  name: 'retry',
  usage: 'retry <subject | run>',
  example: 'retry 1042',
  does: 'tries again what stopped',
  async answer({ db, settle, accessFor }, { words }, { userId }) {
    const what = words.join(' ')
    if (what === '') return 'Retry what? Like `/workflow retry 1042`.'
    const one = await oneCalled(db.prisma, what, await accessFor(userId))
    if ('say' in one) return one.say
    const answer = await settle({
      exceptionId: one.id,
      actor: { id: userId, surface: 'slack' },
      settlement: { do: 'retry' },
    })
    const hasEnded = answer.kind === 'settled' && answer.endedAs !== undefined
    return said(answer, userId) ?? `${inline(what)} ${hasEnded ? 'has ended' : 'is tried again'}.`
  },
}

export const reassign: Subcommand = {
  name: 'reassign',
  usage: 'reassign <subject | run> @owner',
  example: 'reassign 1042 @grace',
  does: 'gives it to somebody else',
  async answer({ db, clock, accessFor, reassign: give }, { words }, { userId }) {
    const who = words.at(-1) ?? ''
    const what = words.slice(0, -1).join(' ')
    if (what === '' || !who.startsWith('@'))
      return 'Write what and to whom, like `/workflow reassign 1042 @grace`.'
    const one = await oneCalled(db.prisma, what, await accessFor(userId))
    if ('say' in one) return one.say
    const owner = await resolveTyped(db.prisma, who, await newestStandards(db.prisma), clock())
    if (!owner) return nobodyAnswer(who, await nearHandles(db.prisma, who))
    const answer = await give({ exceptionId: one.id, actor: { id: userId, surface: 'slack' }, to: owner.id })
    return said(answer, userId) ?? `${inline(what)} is now with ${mention(owner.id, owner.label)}.`
  },
}
