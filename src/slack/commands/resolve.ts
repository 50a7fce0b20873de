// /workflow retry <subject | run> and /workflow reassign <subject | run> @owner
import type { Access } from '../../access/access.ts'
import { nearHandles, nearOpenSubjects } from '../../db/people/near.ts'
import type { Tx } from '../../db/store/open.ts'
import { resolveTyped } from '../../db/people/owners.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { exceptionsNamed } from '../../db/exceptions/queue-view.ts'
import { isReason } from '../../domain/exceptions/reasons.ts'
import { nobodyAnswer } from '../answers/nobody.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import { headline } from '../cards/words.ts'
import { code, inline, mention } from '../text.ts'
import type { ReassignAnswer, ResolveAnswer } from '../../pipeline/exception/resolution.ts'
import type { Reply } from '../app/slack-app.ts'
import type { Subcommand } from './command.ts'

async function nothing(tx: Tx, what: string, access: Access): Promise<string> {
  const near = await nearOpenSubjects(tx, what, (workflow) => access.may('read', workflow))
  const meant = near.length === 0 ? '' : ` Did you mean ${near.map((one) => code(one)).join(', ')}?`
  return `No open exception is called “${inline(what)}”.${meant} \`/workflow queue\` lists them.`
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
  return {
    say: `Several open exceptions are called “${inline(what)}”. Name one by its run:\n${lines.join('\n')}`,
  }
}

function said(answer: ReassignAnswer | ResolveAnswer, userId: string): Reply | undefined {
  const text = resolveAnswerText(answer, userId)
  return text === undefined ? undefined : { text, isPrivate: answer.kind === 'not_allowed' }
}

export const retry: Subcommand = {
  name: 'retry',
  usage: 'retry <subject | run>',
  example: 'retry 1042',
  does: 'tries again what stopped',
  async answer({ db, resolve, accessFor }, { words }, { userId }) {
    const what = words.join(' ')
    if (what === '') return 'Retry what? Like `/workflow retry 1042`.'
    const one = await oneCalled(db.prisma, what, await accessFor(userId))
    if ('say' in one) return one.say
    const answer = await resolve({
      exceptionId: one.id,
      actor: { id: userId, surface: 'slack' },
      resolution: { do: 'retry' },
    })
    const hasEnded = answer.kind === 'resolved' && answer.endedAs !== undefined
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
