// signalbox apply: checks a folder of workflow files and publishes what changed.
import type { Command } from 'commander'
import { saveChannels } from '../../../db/people/channels.ts'
import { newestStandardsAsWritten } from '../../../db/workflows/standards.ts'
import { sourceChanges } from '../../../workflow/publish/source-changes.ts'
import { movedText } from '../../../db/people/name-state.ts'
import type { Database } from '../../../db/store/open.ts'
import type { Loaded } from '../../../workflow/file/load.ts'
import { meant } from '../../../workflow/nearest.ts'
import { publish } from '../../../workflow/publish/publish.ts'
import { makeLocalSecrets } from '../../../local-secrets.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { loadFiles, namesIn, problemCount, problemsText } from '../../files.ts'
import { knownWorld } from '../../known-world.ts'
import { actorOf } from '../../login.ts'
import { dim, good, print, printJson } from '../../text/output.ts'
import { printable } from '../../text/printable.ts'
import { refusalText } from '../../text/rehearsal-text.ts'

interface Options {
  json?: boolean
  note?: string
  force?: boolean
  rebind?: string[]
}

/** The names that `--rebind` gives, as they are bound. One that stands in no file is a slip of the pen. */
function namesToRebind(loaded: Loaded, { rebind = [] }: Options): string[] {
  const there = namesIn(loaded)
  return rebind.map((written) => {
    const name = written.trim().toLowerCase()
    if (there.includes(name)) return name
    const hint = meant(name, there)
    throw wrongUsage(`--rebind: no file here names ${written}${hint === undefined ? '' : ` (${hint})`}.`)
  })
}

const publishAll = (db: Database, loaded: Loaded, options: Options) => {
  const { note, force = false } = options
  return publish(db, {
    workflows: loaded.workflows,
    standards: { content: loaded.standards, source: loaded.standardsSource ?? '' },
    actor: actorOf(),
    at: new Date(),
    isForced: force,
    rebind: namesToRebind(loaded, options),
    ...(note === undefined ? {} : { note }),
  })
}

export function addApply(command: Command): void {
  command
    .argument('[dir]', 'folder of the files (default: WORKFLOWS_DIR, else workflows)')
    .option('--note <text>', 'why the workflows changed; saved with the new versions')
    .option(
      '--force',
      'publish even if more recorded events would match no rule; needs --note, recorded in the audit',
    )
    .option(
      '--rebind <name>',
      'let this name mean its current holder, as plan shows; repeat for more names',
      (name: string, before: string[]) => [...before, name],
      [],
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
All files or none: if anything is wrong or a test fails, nothing is published and the command exits with 1. Each changed
workflow is first tried on its last 500 events. Unchanged content makes no new version, and running runs keep theirs.
A name keeps meaning the person it meant when first published, even if someone else has it now: plan, apply and doctor
say so, and --rebind moves it to its current holder.

Examples:
  $ signalbox apply
  $ signalbox apply teams/fulfilment --note "refunds over 500 need a review"
  $ signalbox apply --rebind @sales --note "the new sales team took over"
  $ signalbox apply --force --note "gift cards are handled by hand from now on"`,
    )
    .action(async (dir: string | undefined, options: Options) => {
      const { json, note, force } = options
      if (force && (note === undefined || note.trim() === ''))
        throw wrongUsage('--force needs --note: the audit records why.')
      const refuse = (loaded: Loaded, errors: number) => {
        if (json) printJson({ published: [], problems: loaded.problems })
        else print(problemsText(loaded.problems))
        throw didNotHold(`${problemCount(errors)}: nothing was published.`)
      }
      // What the files alone say is found before a database is made or touched.
      const first = await loadFiles(dir)
      if (first.errors > 0) refuse(first.loaded, first.errors)
      const { done, sources, problems, notes } = await withDatabase(
        async (db, config) => {
          const asked = new Date()
          const world = await knownWorld(db, config)
          const { loaded, errors } = await loadFiles(dir, world.directory)
          if (errors > 0) refuse(loaded, errors)
          if (config.databaseUrl === undefined) makeLocalSecrets(config, loaded)
          // So that names of channels made since the bot last asked are bound at once.
          const before = await newestStandardsAsWritten(db.prisma)
          if (world.channels) await saveChannels(db.prisma, world.channels, { at: asked, isAll: true })
          return {
            done: await publishAll(db, loaded, options),
            sources: sourceChanges(before.sources, loaded.standards.sources),
            problems: loaded.problems,
            notes: world.notes,
          }
        },
        { mayMake: true },
      )
      if (!json && problems.length > 0) print(problemsText(problems))
      if (!json) for (const text of notes) print(dim(text))
      if ('kind' in done && done.kind === 'more_unrouted') {
        if (json) printJson({ published: [], problems, refused: done.rehearsals })
        throw didNotHold(
          `${refusalText(done.rehearsals)}\nNothing was published. Add a rule for them, or use --force with --note.`,
        )
      }
      if ('kind' in done)
        throw didNotHold(
          `Nothing was published: someone else published ${done.workflow} at the same time. Run apply again.`,
        )
      if (json) {
        printJson({ published: done, sources, problems })
        return
      }
      for (const { text } of sources) print(good(printable(text)))
      for (const { workflow, number, isNew, moved } of done) {
        print(
          isNew
            ? good(`${workflow}: version ${number} published`)
            : `${workflow}: unchanged (version ${number})`,
        )
        for (const one of moved) print(printable(`  ${movedText(one)}`))
      }
    })
}
