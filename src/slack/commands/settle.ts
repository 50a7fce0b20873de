// /workflow retry <subject | run> and /workflow reassign <subject | run> @owner
import { newestStandards, resolveOwner } from '../../db/people.ts'
import { openExceptionNamed } from '../../db/queue-view.ts'
import { settleAnswerText } from '../answers/settle-answer.ts'
import { inline, mention } from '../text.ts'
import type { Subcommand } from './command.ts'

const nothing = (what: string): string =>
  `Nothing that is called “${inline(what)}” waits for a person. \`/workflow queue\` shows what does.`

export const retry: Subcommand = {
  name: 'retry',
  usage: 'retry <subject | run>',
  does: 'tries again what stopped',
  async answer({ db, settle }, { words }, { userId }) {
    const what = words.join(' ')
    if (what === '') return 'Retry what? Like `/workflow retry 1042`.'
    const exceptionId = await openExceptionNamed(db.prisma, what)
    if (exceptionId === undefined) return nothing(what)
    const answer = await settle({
      exceptionId,
      actor: { id: userId, surface: 'slack' },
      settlement: { do: 'retry' },
    })
    return settleAnswerText(answer, userId) ?? `${inline(what)} is tried again.`
  },
}

export const reassign: Subcommand = {
  name: 'reassign',
  usage: 'reassign <subject | run> @owner',
  does: 'gives it to somebody else',
  async answer({ db, clock, reassign: give }, { words }, { userId }) {
    const who = words.at(-1) ?? ''
    const what = words.slice(0, -1).join(' ')
    if (what === '' || !who.startsWith('@'))
      return 'Write what and to whom, like `/workflow reassign 1042 @grace`.'
    const exceptionId = await openExceptionNamed(db.prisma, what)
    if (exceptionId === undefined) return nothing(what)
    const owner = await resolveOwner(db.prisma, who, await newestStandards(db.prisma), clock())
    if (!owner) return `Nobody here is called ${inline(who)}.`
    const answer = await give({ exceptionId, actor: { id: userId, surface: 'slack' }, to: owner.id })
    return (
      settleAnswerText(answer, userId) ?? `${inline(what)} is now with ${mention(owner.id, owner.label)}.`
    )
  },
}
