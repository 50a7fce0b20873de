// /workflow explain <subject | run>
import { findRuns } from '../../db/find-runs.ts'
import { readRun } from '../../db/run-view.ts'
import { nothingFoundAnswer, runTitle, severalRunsAnswer } from '../answers/status.ts'
import { explainBlocks } from '../modals/why.ts'
import { inline } from '../text.ts'
import type { Subcommand } from './command.ts'

const MOST_BLOCKS = 50
// All text of a message's blocks together has a limit of its own, lower than what 50 blocks may hold.
const MOST_TEXT = 11_000

const lengthOf = (block: unknown): number => Array.from(JSON.stringify(block)).length

export const explain: Subcommand = {
  name: 'explain',
  usage: 'explain <subject | run>',
  does: 'why it went as it did: every rule tried, and the five records',
  async answer({ db }, { words }) {
    const what = words.join(' ')
    if (what === '') return 'Explain what? Like `/workflow explain 1042`.'
    const runs = await findRuns(db.prisma, { text: what })
    const [first] = runs
    const run = first && (await readRun(db.prisma, first.id))
    if (!run) return nothingFoundAnswer(what, [])
    if (runs.length > 1) return severalRunsAnswer(what, runs)
    let left = MOST_TEXT
    const blocks = explainBlocks(run)
      .slice(0, MOST_BLOCKS)
      .filter((block) => (left -= lengthOf(block)) > 0)
    return { text: `Why ${inline(runTitle(run))} went as it did`, blocks }
  },
}
