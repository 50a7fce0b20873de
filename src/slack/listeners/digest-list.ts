// A digest's buttons: each opens the list that its number counts, as the rows have it now.
import { withoutHidden } from '../../access/see.ts'
import { readDigestList } from '../../db/digest/digest-list-rows.ts'
import { workflowsOfTeam } from '../../db/digest/digest-span.ts'
import { digestFiguresSchema } from '../../domain/digest/digest.ts'
import { isDigestList } from '../../domain/digest/digest-lists.ts'
import { digestText } from '../../domain/digest/digest-text.ts'
import type { SlackDeps } from '../deps.ts'
import { digestButtonPattern, MEANING_BUTTON, readDigestButtonValue } from '../app/ids.ts'
import { messageView } from '../app/message-view.ts'
import { digestListModal, digestMeaningModal, MOST_LISTED } from '../modals/digest-list.ts'
import { openModal } from '../app/open-modal.ts'
import { inline } from '../text.ts'
import { type SlackApp } from '../app/slack-app.ts'

const TITLE = 'Digest'

export function listenDigestList(app: SlackApp, { db, accessFor }: SlackDeps): void {
  app.action(digestButtonPattern, async ({ value, client, triggerId, userId, tell }) => {
    const carried = readDigestButtonValue(value)
    const list = carried?.list
    const asksMeaning = list === MEANING_BUTTON
    if (list === undefined || !(asksMeaning || isDigestList(list)))
      return tell('This button is out of date. Use the newest digest.')
    await openModal({ client, triggerId, title: TITLE }, async () => {
      const digest = await db.prisma.digest.findUnique({ where: { id: carried?.digestId ?? '' } })
      const figures = digestFiguresSchema.safeParse(digest?.figures)
      if (!digest || !figures.success) return messageView(TITLE, 'This digest no longer exists.')
      const access = await accessFor(userId)
      if (!(await access.mayDigest(digest.channel)))
        return messageView(
          TITLE,
          `You can't open this. Ask ${inline(await access.whoMayDigest(digest.channel), 500)}.`,
        )
      const window = { start: digest.windowStart, end: digest.windowEnd }
      if (!isDigestList(list)) return digestMeaningModal(digestText(figures.data, window).numbers)
      const { label, team } = figures.data
      const workflows = await workflowsOfTeam(db.prisma, team)
      const span = { ...window, workflows }
      const read = await readDigestList(db.prisma, { ...span, list, most: MOST_LISTED })
      return digestListModal({ list, label, team, ...read, rows: await withoutHidden(access, read.rows) })
    })
  })
}
