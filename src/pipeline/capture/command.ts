// A run started by a person in Slack: /workflow run <workflow> key=value …, or the shortcut. The words become the event.
import { accessOf } from '../../access/access.ts'
import type { Database } from '../../db/store/open.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import type { Capture, Captured } from './capture.ts'

export interface CommandRun {
  workflow: string
  args: Record<string, string>
  /** Slack user id. */
  actor: string
  /** Makes a redelivered command the same event. */
  dedupeKey: string
  at: Date
}
export type CommandAnswer =
  | Captured
  | { kind: 'problem'; message: string }
  /** `who` says in words who may. */
  | { kind: 'not_allowed'; who: string }

/** Captures the command's words as an event. Says what is wrong when the workflow takes no commands. */
export async function runByCommand(
  { db, catalog, capture }: { db: Database; catalog: Catalog; capture: Capture },
  { workflow, args, actor, dedupeKey, at }: CommandRun,
): Promise<CommandAnswer> {
  const current = await catalog.current(workflow)
  if (!current) return { kind: 'problem', message: `There is no workflow "${workflow}".` }
  const access = accessOf(db.prisma, { id: actor, surface: 'slack' })
  if (!(await access.may('start', workflow)))
    return { kind: 'not_allowed', who: await access.whoMay('start', workflow) }
  const { compiled, id } = current.version
  if (!compiled.definition.trigger.command) {
    return { kind: 'problem', message: `The workflow "${workflow}" is not started by command.` }
  }
  const input = { body: args, headers: {} }
  return capture({
    workflow,
    versionId: id,
    source: 'command',
    dedupeKey,
    subject: compiled.subject(input) ?? null,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(JSON.stringify(args)).toString('base64'),
    receivedAt: at,
    actor,
    replayOf: null,
  })
}
