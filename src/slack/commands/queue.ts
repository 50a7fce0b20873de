// /workflow queue [@owner | all] [page n]
import { openExceptions, queuePage } from '../../db/exception-view.ts'
import { newestStandards, resolveOwner } from '../../db/people.ts'
import { nearHandles } from '../../db/near.ts'
import { ownersFor } from '../../db/queue-view.ts'
import { nobodyAnswer } from '../answers/nobody.ts'
import { readPage } from '../answers/pages.ts'
import { queueAnswer } from '../answers/queue.ts'
import { mention } from '../text.ts'
import type { Subcommand } from './command.ts'

export const queue: Subcommand = {
  name: 'queue',
  usage: 'queue [@owner | all]',
  example: 'queue @grace',
  does: 'what waits: for you, for somebody, or all of it',
  async answer({ db, clock }, typed, { userId }) {
    const tx = db.prisma
    const {
      words: [who],
      page,
    } = readPage(typed.words)
    const skip = (page - 1) * queuePage
    const now = clock()
    const answer = async (whose: string, owners: string[] | undefined) => {
      const { lines, total } = await openExceptions(tx, { skip, ...(owners ? { owners } : {}) })
      const command = `/workflow queue ${who ?? ''}`.trim()
      return queueAnswer({ whose, lines, total, page, pages: Math.ceil(total / queuePage), now, command })
    }
    if (who === undefined) return answer('you and your groups', await ownersFor(tx, userId))
    if (who === 'all') return answer('a person', undefined)
    const spec = who.startsWith('@') || who.startsWith('role:') ? who : `@${who}`
    const owner = await resolveOwner(tx, spec, await newestStandards(tx), now)
    if (!owner) return nobodyAnswer(who, await nearHandles(tx, who))
    return answer(mention(owner.id, owner.label), [owner.id])
  },
}
