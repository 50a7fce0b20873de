// signalbox export: published workflows as the YAML of their files.
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { makeFolder } from '../../../db/store/make-folder.ts'
import type { Tx } from '../../../db/store/open.ts'
import { newestStandardsSource } from '../../../db/workflows/standards.ts'
import { currentVersions, readVersion, type StoredVersion } from '../../../db/workflows/workflows.ts'
import { exportWorkflow } from '../../../workflow/file/export.ts'
import { withDatabase } from '../../database.ts'
import { wrongUsage } from '../../exit.ts'
import { noSuchWorkflow } from '../../find-run.ts'
import { print, printJson } from '../../text/output.ts'

interface Options {
  dir?: string
  json?: boolean
}
interface Exported {
  stored: StoredVersion
  text: string
}

async function readAll(tx: Tx, key: string | undefined): Promise<Exported[]> {
  const current = (await currentVersions(tx)).filter((one) => key === undefined || one.key === key)
  if (key !== undefined && current.length === 0) throw await noSuchWorkflow(tx, key)
  const exported: Exported[] = []
  for (const { versionId: id } of current) {
    const { source } = await tx.workflowVersion.findUniqueOrThrow({ where: { id }, select: { source: true } })
    const stored = await readVersion(tx, id)
    exported.push({ stored, text: exportWorkflow(stored.definition, source === '' ? undefined : source) })
  }
  return exported.toSorted((a, b) => (a.stored.workflow < b.stored.workflow ? -1 : 1))
}

async function writeFiles(dir: string, exported: Exported[], standards: string | undefined) {
  const folder = resolve(dir)
  makeFolder(folder)
  const files = exported.map(({ stored, text }) => ({ name: `${stored.workflow}.yaml`, text }))
  if (standards) files.push({ name: 'signalbox.yaml', text: standards })
  for (const { name, text } of files) {
    await writeFile(join(folder, name), text)
    print(join(folder, name))
  }
}

export function addExport(command: Command): void {
  command
    .argument('[workflow]', 'its key (default: all of them, with --dir or --json)')
    .option('--dir <folder>', 'write files into this folder, with signalbox.yaml if all are exported')
    .option('--json', 'print definitions as JSON')
    .addHelpText(
      'after',
      `
Sections that haven't changed since the file was published keep their comments and layout, so a change made in Slack
becomes an edit of the file. Applying an exported file makes no new version.

Examples:
  $ signalbox export order-delivery > workflows/order-delivery.yaml
  $ signalbox export --dir workflows
  $ signalbox export order-delivery --json`,
    )
    .action(async (key: string | undefined, { dir, json }: Options) => {
      if (key === undefined && dir === undefined && !json)
        throw wrongUsage(
          'Name a workflow, or export all of them into a folder: signalbox export --dir workflows',
        )
      const { exported, standards } = await withDatabase(async ({ prisma }) => ({
        exported: await readAll(prisma, key),
        standards: await newestStandardsSource(prisma),
      }))
      if (json) {
        const all = exported.map(({ stored: { workflow, number, definition } }) => ({
          workflow,
          version: number,
          definition,
        }))
        printJson(key === undefined ? all : all[0])
      } else if (dir === undefined) process.stdout.write(exported[0]?.text ?? '')
      else await writeFiles(dir, exported, key === undefined ? standards : undefined)
    })
}
