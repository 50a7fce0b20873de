// /workflow queue [@owner | all] [page]
import { openExceptions, queuePage } from '../../db/exception-view.ts'
import { newestStandards, resolveOwner } from '../../db/people.ts'
import { ownersFor } from '../../db/queue-view.ts'
import { queueAnswer } from '../answers/queue.ts'
import { inline, mention } from '../text.ts'
import type { Subcommand } from './command.ts'

export const queue: Subcommand = {
  name: 'queue',
  usage: 'queue [@owner | all]',
  does: 'what waits: for you, for somebody, or all of it',
  async answer({ db, clock }, { words }, { userId }) {
    const tx = db.prisma
    const page = Math.max(1, Number(words.find((word) => /^\d{1,4}$/.test(word)) ?? 1))
    const who = words.find((word) => !/^\d{1,4}$/.test(word))
    const skip = (page - 1) * queuePage
    const now = clock()
    const answer = async (whose: string, owners: string[] | undefined) => {
      const { lines, total } = await openExceptions(tx, { skip, ...(owners ? { owners } : {}) })
      const next = `/workflow queue ${who ?? ''} ${page + 1}`.replaceAll(/ +/g, ' ')
      return queueAnswer({ whose, lines, total, page, pages: Math.ceil(total / queuePage), now, next })
    }
    if (who === undefined) return answer('you and your groups', await ownersFor(tx, userId))
    if (who === 'all') return answer('a person', undefined)
    const spec = who.startsWith('@') || who.startsWith('role:') ? who : `@${who}`
    const owner = await resolveOwner(tx, spec, await newestStandards(tx), now)
    if (!owner) return `Nobody here is called ${inline(who)}.`
    return answer(mention(owner.id, owner.label), [owner.id])
  },
}
