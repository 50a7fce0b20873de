// /workflow away until Friday cover @grace; away cover @grace (whenever my status says so); away back
import { nearHandles } from '../../db/people/near.ts'
import { resolveTyped } from '../../db/people/owners.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { nobodyAnswer } from '../answers/nobody.ts'
import { inline, mention, moment } from '../text.ts'
import { untilDay } from '../app/until-words.ts'
import type { Subcommand } from './command.ts'

const HOW =
  'Write until when and who covers, like `/workflow away until Friday cover @grace`. `/workflow away back` ends it. `/workflow away cover @grace` names who stands in whenever your status in Slack says that you are away.'

/** The word after this one; empty: it is the last. undefined: it does not occur. A comma may follow. */
const after = (words: string[], word: string): string | undefined => {
  const at = words.findIndex((one) => one.toLowerCase() === word)
  return at < 0 ? undefined : (words[at + 1] ?? '').replace(/,$/, '')
}

export const away: Subcommand = {
  name: 'away',
  usage: 'away until <day> cover @somebody',
  example: 'away until Friday cover @grace',
  does: 'what would be given to you goes to your cover until then; `away back` ends it',
  async answer({ db, clock, setAway }, { words }, { userId }) {
    const actor = { id: userId, surface: 'slack' as const }
    if (words[0]?.toLowerCase() === 'back') {
      await setAway({ personId: userId, actor, until: null })
      return 'Welcome back: what is yours comes to you again.'
    }
    const person = await db.prisma.person.findUnique({ where: { id: userId } })
    const day = after(words, 'until')
    // Who has named a cover once need not do so again.
    const typed = after(words, 'cover')?.replace(/^(?=[^@]+$)(?!role:)/, '@')
    const cover = typed ?? person?.coverId ?? ''
    const until = day === undefined ? undefined : untilDay(day, clock(), person?.timezone ?? 'UTC')
    // A day that is none must not be read as none given.
    const isStanding = day === undefined && words[0]?.toLowerCase() === 'cover'
    if (cover === '' || (until === undefined && !isStanding)) return HOW
    const owner = await resolveTyped(db.prisma, cover, await newestStandards(db.prisma), clock())
    if (!owner) return nobodyAnswer(cover, await nearHandles(db.prisma, cover))
    if (owner.id.startsWith('S')) return `${inline(cover)} is a group: name a person who covers for you.`
    if (owner.id === userId) return 'You cannot cover for yourself.'
    const isSet = await setAway({
      personId: userId,
      actor,
      ...(typed === undefined ? {} : { coverId: owner.id }),
      ...(until === undefined ? {} : { until }),
    })
    if (!isSet) return 'Signalbox does not know you yet: people are read from Slack at start and nightly.'
    if (until === undefined) {
      const awayUntil = person?.awayUntil ?? clock()
      const still = awayUntil > clock() ? ` You stay away until ${moment(awayUntil)}.` : ''
      return `${mention(owner.id, owner.label)} stands in for you whenever your status in Slack says that you are away, and takes over should you leave.${still}`
    }
    return `You are away until ${moment(until)}; ${mention(owner.id, owner.label)} gets what would be given to you. What you have already stays yours: \`/workflow queue\`.`
  },
}
