// /workflow resolve <subject | run> <way>, retry <subject | run> and reassign <subject | run> @owner
import type { Access } from '../../access/access.ts'
import { nearHandles, nearOpenSubjects } from '../../db/people/near.ts'
import type { Tx } from '../../db/store/open.ts'
import { resolveTyped } from '../../db/people/owners.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { readException } from '../../db/exceptions/exception-view.ts'
import { exceptionsNamed } from '../../db/exceptions/queue-view.ts'
import { isReason } from '../../domain/exceptions/reasons.ts'
import { nobodyAnswer } from '../answers/nobody.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import { headline } from '../../domain/exceptions/case-words.ts'
import { code, inline, mention } from '../text.ts'
import type { ReassignAnswer, ResolveAnswer } from '../../pipeline/exception/resolution.ts'
import type { Reply } from '../app/slack-app.ts'
import type { ResolvedAs } from '../../domain/exceptions/resolution.ts'
import type { Subcommand } from './command.ts'
import { typedResolution } from './typed-resolution.ts'

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

const results: Record<ResolvedAs, string> = {
  approved: 'approved',
  declined: 'declined',
  retried: 'tried again',
  fixed: 'fixed',
  processed: 'processed',
  done: 'marked done',
  dismissed: 'dismissed',
  chosen: 'resolved',
  expired: 'resolved',
  replayed: 'replayed',
  recovered: 'resolved',
}

export const resolveIt: Subcommand = {
  name: 'resolve',
  usage: 'resolve <subject | run> <what the card offers> [reason | name=value]',
  example: 'resolve 1042 decline the customer withdrew',
  does: 'does what a button of its card does',
  takesPairs: true,
  async answer({ db, resolve, accessFor }, { words: [what = ''], all, pairs }, { userId }) {
    if (what === '') return 'Resolve what, and how? Like `/workflow resolve 1042 approve`.'
    const one = await oneCalled(db.prisma, what, await accessFor(userId))
    if ('say' in one) return one.say
    const view = await readException(db.prisma, one.id)
    if (!view) return nothing(db.prisma, what, await accessFor(userId))
    const typed = typedResolution(view, all.slice(all.indexOf(what) + 1).join(' '), pairs)
    if ('say' in typed) return { text: typed.say, isPrivate: true }
    const actor = { id: userId, surface: 'slack' as const }
    const answer = await resolve({ exceptionId: one.id, actor, resolution: typed.resolution })
    if (answer.kind !== 'resolved') return said(answer, userId) ?? 'Done.'
    const how = answer.choice === undefined ? results[answer.as] : `resolved: ${inline(answer.choice)}`
    return `${inline(what)} is ${how}.`
  },
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
