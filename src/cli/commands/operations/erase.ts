// signalbox erase: one subject's data on request. It cannot be undone, so it says what it will do and asks.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { runsOfSubject } from '../../../db/audit/erase.ts'
import type { Database } from '../../../db/store/open.ts'
import { type StartedRun, startedFrom } from '../../../db/runs/started-runs.ts'
import { counted } from '../../../domain/text/counted.ts'
import { type ErasureAnswer, eraseSubject } from '../../../pipeline/retention/erase-subject.ts'
import { askAll } from '../../ask.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold } from '../../exit.ts'
import { nothingCalled } from '../../find-run.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson } from '../../text/output.ts'
import { printable } from '../../text/printable.ts'
import { eraseCommand, startedText } from '../../started-runs.ts'

interface Options {
  subject: string
  reason: string
  workflow?: string
  leaveOpen?: boolean
  yes?: boolean
  as?: string
  json?: boolean
}

const runsText = (count: number) => counted(count, 'run')

/** The local Slack writes down all that it was told, which is Slack's to erase and not the bot's. */
function keptByLocalSlack(dataDir: string): string[] {
  const kept = ['local-slack-state.jsonl', 'local-slack-files']
    .map((name) => join(dataDir, name))
    .filter((path) => existsSync(path))
  return kept.length === 0 ? [] : [`what the local Slack stores: ${kept.join(', ')}`]
}

/** Whoever typed the subject again meant it. */
async function confirm(subject: string, ended: number, started: StartedRun[]): Promise<void> {
  print(
    printable(
      `This permanently clears ${runsText(ended)} of "${subject}": event payloads, records, inputs of decisions, requests and\n` +
        'answers of actions, texts of exceptions and of the audit. IDs, times, counts and outcomes stay.',
    ),
  )
  const left = startedText(started)
  if (left !== undefined) print(left)
  await askAll(
    [{ name: 'subject', text: 'Type the subject to continue', fallback: () => '' }],
    (_name, answer) => (answer === subject ? undefined : "That doesn't match. Press Ctrl-D to cancel."),
  )
}

async function erase(db: Database, options: Options): Promise<Extract<ErasureAnswer, { kind: 'erased' }>> {
  const { subject, workflow, reason } = options
  const { ended, open } = await runsOfSubject(db.prisma, subject, workflow)
  if (ended.length + open.length === 0) throw await nothingCalled(db.prisma, subject)
  if (open.length > 0 && !options.leaveOpen)
    throw didNotHold(
      `"${subject}" has open work, which is never erased: ${open.join(', ')}.\n` +
        'Resolve it first, or erase the rest with --leave-open.',
    )
  if (ended.length === 0) throw didNotHold(`No run of "${subject}" has completed yet: nothing was erased.`)
  if (!options.yes)
    await confirm(subject, ended.length, await startedFrom(db.prisma, ended, [...ended, ...open]))
  const answer = await eraseSubject(
    { db, clock: () => new Date() },
    {
      subject,
      reason,
      actor: actorOf(options.as),
      leavesOpen: options.leaveOpen ?? false,
      ...(workflow === undefined ? {} : { workflow }),
    },
  )
  switch (answer.kind) {
    case 'erased':
      return answer
    case 'not_allowed':
      throw didNotHold("This database role can't clear anything: use the role that owns the tables.")
    case 'open_work':
      throw didNotHold(`"${subject}" just got new open work: ${answer.open.join(', ')}.`)
    case 'nothing':
      throw didNotHold(`No run of "${subject}" has completed: nothing was erased.`)
  }
}

export function addErase(command: Command): void {
  command
    .requiredOption('--subject <subject>', 'the subject, exactly as shown')
    .requiredOption('--reason <text>', 'why; recorded in the audit, so leave out personal data')
    .option('--workflow <key>', 'only runs of this workflow')
    .option('--leave-open', 'keep open work, and erase what has completed')
    .option('--yes', "don't ask for confirmation")
    .option('--as <handle>', 'who you are (default: your login)')
    .option('--json', 'print JSON (with --yes)')
    .addHelpText(
      'after',
      `
IDs, times, counts, outcomes and the audit's chain stay, and so does the subject itself. Cards in Slack are redrawn
without the erased data, messages of actions are replaced by a note, and cached lookup answers are dropped. What is out
of reach is listed, and so are runs started by these (an emit, a replay) under another subject.

Examples:
  $ signalbox erase --subject 1042 --reason "asked for on 23 November"`,
    )
    .action(async (options: Options) => {
      const { runs, outOfReach, started } = await withDatabase(async (db, { dataDir }) => {
        const answer = await erase(db, options)
        return { ...answer, outOfReach: [...answer.outOfReach, ...keptByLocalSlack(dataDir)] }
      })
      if (options.json)
        return printJson({
          kind: 'erased',
          subject: options.subject,
          runs,
          outOfReach,
          started: started.map((one) => ({ ...one, command: eraseCommand(one) ?? null })),
        })
      print(good(printable(`${runsText(runs)} of "${options.subject}" erased.`)))
      const left = startedText(started)
      if (left !== undefined) print(left)
      print(printable(`Out of reach:\n${outOfReach.map((one) => `  ${one}`).join('\n')}`))
    })
}
