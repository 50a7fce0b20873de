// /workflow explain <subject | run>
import type { KnownBlock } from '@slack/types'
import { findRuns } from '../../db/runs/find-runs.ts'
import { nearSubjects } from '../../db/people/near.ts'
import { seeRun, withoutHidden } from '../../access/see.ts'
import { outlineAnswer } from '../answers/outline.ts'
import { pageBlock, readPage } from '../answers/pages.ts'
import { nothingFoundAnswer, runTitle, severalRunsAnswer } from '../answers/status.ts'
import { explainBlocks } from '../modals/why.ts'
import { inline } from '../text.ts'
import type { Subcommand } from './command.ts'

// A message holds 50 blocks; all text of them together has a limit of its own, lower than what 50 blocks may hold.
const MOST_BLOCKS = 48
const MOST_TEXT = 10_500

const lengthOf = (block: KnownBlock): number => Array.from(JSON.stringify(block)).length

/** The blocks in as many messages as they need, in order. */
function pagesOf(blocks: KnownBlock[]): KnownBlock[][] {
  const pages: KnownBlock[][] = []
  let page: KnownBlock[] = []
  let left = 0
  for (const block of blocks) {
    left -= lengthOf(block)
    if (page.length === 0 || left < 0 || page.length === MOST_BLOCKS) {
      page = []
      pages.push(page)
      left = MOST_TEXT - lengthOf(block)
    }
    page.push(block)
  }
  return pages
}

export const explain: Subcommand = {
  name: 'explain',
  usage: 'explain <subject | run>',
  example: 'explain 1042',
  does: 'why it went as it did: every rule tried, and the five records',
  async answer({ db, accessFor }, typed, { userId }) {
    const { words, page } = readPage(typed.words)
    const what = words.join(' ')
    if (what === '') return 'Explain what? Like `/workflow explain 1042`.'
    const tx = db.prisma
    const access = await accessFor(userId)
    const runs = await findRuns(tx, { text: what })
    const [first] = runs
    const seen = first && (await seeRun(tx, access, first.id))
    if (!seen) return nothingFoundAnswer(what, await nearSubjects(tx, what, (key) => access.may('read', key)))
    if (runs.length > 1) return severalRunsAnswer(what, await withoutHidden(access, runs))
    if (seen.kind === 'outline') return outlineAnswer(seen)
    const run = seen.view
    const pages = pagesOf(explainBlocks(run))
    const at = Math.min(page, pages.length)
    const more = pageBlock({ page: at, pages: pages.length, command: `/workflow explain ${run.id}` })
    return {
      text: `Why ${inline(runTitle(run))} went as it did`,
      blocks: [...(pages[at - 1] ?? []), ...more],
    }
  },
}
