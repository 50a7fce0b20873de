// signalbox simulate: recorded events through a draft, without effects, and what would move.
import { type Command, InvalidArgumentError } from 'commander'
import { readDraft } from '../../../db/workflows/drafts.ts'
import { MOST_RECORDED, type Which } from '../../../db/runs/recorded.ts'
import { newestStandards } from '../../../db/workflows/standards.ts'
import { isDuration, parseDuration } from '../../../domain/time/duration.ts'
import { rehearse, usualRehearsal } from '../../../workflow/publish/rehearse.ts'
import { withDatabase } from '../../database.ts'
import { draftFrom } from '../../draft-file.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { noSuchWorkflow } from '../../find-run.ts'
import { print, printJson } from '../../text/output.ts'
import { rehearsalText } from '../../text/rehearsal-text.ts'

interface Options {
  file?: string
  draft?: boolean
  last?: number
  since?: string
  json?: boolean
}

export const wholeNumber = (text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > MOST_RECORDED)
    throw new InvalidArgumentError(`It must be a whole number, 1–${MOST_RECORDED}.`)
  return number
}

function whichOf({ last, since }: Options, now: Date): Which {
  if (last !== undefined && since !== undefined) throw wrongUsage('Use --last or --since, not both.')
  if (since === undefined) return last === undefined ? usualRehearsal : { last }
  if (!isDuration(since)) throw wrongUsage(`--since must be a time like 12h or 7d, got "${since}".`)
  return { since: new Date(now.getTime() - parseDuration(since)) }
}

export function addSimulate(command: Command): void {
  command
    .argument('<workflow>', 'its key')
    .option('--file <file>', "file with the draft (default: the workflow's file in WORKFLOWS_DIR)")
    .option('--draft', 'use the draft being edited in Slack')
    .option('--last <n>', 'number of newest events (default: 500)', wholeNumber)
    .option('--since <time>', 'all events since then: 12h, 7d')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Uses the lookup answers and corrections recorded at the time. Nothing is called, sent or stored.

Examples:
  $ signalbox simulate order-delivery
  $ signalbox simulate order-delivery --file draft.yaml --since 7d
  $ signalbox simulate order-delivery --draft --json`,
    )
    .action(async (key: string, options: Options) => {
      const which = whichOf(options, new Date())
      if (options.draft && options.file !== undefined) throw wrongUsage('Use --draft or --file, not both.')
      const fromFile = options.draft ? undefined : await draftFrom(key, options.file)
      const rehearsal = await withDatabase(async ({ prisma }) => {
        const draft = fromFile ?? (await readDraft(prisma, key))
        if (!draft) throw didNotHold(`There is no draft of "${key}": nobody is editing it in Slack.`)
        const done = await rehearse(
          prisma,
          { definition: draft.definition, standards: fromFile?.standards ?? (await newestStandards(prisma)) },
          which,
        )
        if (!done) throw await noSuchWorkflow(prisma, key)
        return done
      })
      if (options.json) printJson(rehearsal)
      else print(rehearsalText(rehearsal))
    })
}
