// What a check may know of the world around a file. What it does not know it does not complain about.
import type { Entry } from '../../db/people/members.ts'
import type { CompiledWorkflow } from '../../domain/compile/compiled-workflow.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Problem } from '../../domain/text/problem.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import type { ParsedWorkflow } from '../file/parse.ts'
import type { Unread } from '../file/salvage.ts'
import type { Path } from '../file/yaml-file.ts'

/** People, groups and channels that Slack knows: names without @ or #. */
export type Directory = {
  people: readonly string[]
  groups: readonly string[]
  /** Left out: Slack could not be asked. */
  channels?: readonly string[]
  /** People who were here once and are deactivated. */
  gone?: readonly string[]
  /** Whom the names mean: members and groups of this workspace, and channels. */
  entries?: readonly Entry[]
  /** Slack's word for why it does not tell groups. */
  groupsRefused?: string
}

export type CheckContext = {
  secretIsSet?: (name: string) => boolean
  /** Secrets of webhooks are made where they are lacking: they are not complained about. */
  makesSecrets?: boolean
  /** What is only unwise where things are tried is an error here. */
  isProduction?: boolean
  directory?: Directory
  /** Keys of all workflows, for `emit`. */
  workflows?: readonly string[]
  /** Sections of signalbox.yaml of which something could not be read: what they name is not known. */
  unreadStandards?: ReadonlySet<string>
}

export type Checked = {
  parsed: ParsedWorkflow
  definition: Definition
  standards: Standards
  compiled: CompiledWorkflow
  context: CheckContext
  /** What the file itself has that could not be read: that is complained about already. */
  unread: Unread
}

export const allRead: Unread = { partly: new Set(), wholly: new Set() }

export type Complain = (severity: Problem['severity'], path: Path, message: string, hint?: string) => Problem

export const complaining =
  (parsed: ParsedWorkflow): Complain =>
  (severity, path, message, hint) => ({
    file: parsed.file,
    ...parsed.locate(path),
    severity,
    message,
    ...(hint !== undefined && { hint }),
  })
