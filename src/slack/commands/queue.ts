// /workflow queue [@owner | all] [page n]
import { withoutHidden } from '../../access/see.ts'
import { openExceptions, queuePage } from '../../db/exceptions/exception-view.ts'
import { ownersNamed } from '../../db/people/owners.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { nearHandles } from '../../db/people/near.ts'
import { ownersFor } from '../../db/exceptions/queue-view.ts'
import { nobodyAnswer } from '../answers/nobody.ts'
import { readPage } from '../answers/pages.ts'
import { queueAnswer } from '../answers/queue.ts'
import { mention } from '../text.ts'
import type { Subcommand } from './command.ts'

export const queue: Subcommand = {
  name: 'queue',
  usage: 'queue [@owner | all]',
  example: 'queue @grace',
  does: 'open exceptions: yours, somebody else’s, or all',
  async answer({ db, clock, accessFor }, typed, { userId }) {
    const tx = db.prisma
    const access = await accessFor(userId)
    const {
      words: [who],
      page,
    } = readPage(typed.words)
    const now = clock()
    const answer = async (whose: string | undefined, owners: string[] | undefined) => {
      const of = owners ? { owners } : {}
      const asked = await openExceptions(tx, { ...of, skip: (page - 1) * queuePage })
      const { total } = asked
      const pages = Math.ceil(total / queuePage)
      const at = Math.min(page, Math.max(pages, 1))
      const { lines } = at === page ? asked : await openExceptions(tx, { ...of, skip: (at - 1) * queuePage })
      const command = `/workflow queue ${who ?? ''}`.trim()
      return queueAnswer({
        whose,
        lines: await withoutHidden(access, lines),
        total,
        page: at,
        pages,
        now,
        command,
      })
    }
    if (who === undefined) return answer('you and your groups', await ownersFor(tx, userId))
    if (who.toLowerCase() === 'all') return answer(undefined, undefined)
    const spec = who.startsWith('@') || who.startsWith('role:') ? who : `@${who}`
    const owners = await ownersNamed(tx, spec, await newestStandards(tx))
    if (owners.length === 0) return nobodyAnswer(who, await nearHandles(tx, who))
    const names = owners.map(({ id, label }) => mention(id, label))
    return answer(
      names.join(', '),
      owners.map(({ id }) => id),
    )
  },
}
