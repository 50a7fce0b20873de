// The runs that an erasure leaves, with the command that erases each.
import type { StartedRun } from '../db/runs/started-runs.ts'
import { printable } from './text/printable.ts'

/** A word as a shell takes it, whatever stands in it. */
const shellWord = (text: string): string =>
  /^[\w@%+:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

/** Undefined where there is no subject to erase it by. */
export const eraseCommand = ({ subject, workflow }: StartedRun): string | undefined =>
  subject === null
    ? undefined
    : `signalbox erase --subject ${shellWord(subject)} --workflow ${shellWord(workflow)} --reason "…"`

const line = (one: StartedRun): string =>
  `  ${one.run} (${one.workflow}, ${one.subject === null ? 'no subject' : `"${one.subject}"`}): ${
    eraseCommand(one) ?? 'cleared by retention only (docs/operations.md)'
  }`

/** What to say of them; undefined when there are none. */
export const startedText = (runs: StartedRun[]): string | undefined =>
  runs.length === 0
    ? undefined
    : printable(
        `Not erased: runs started by these, which may hold the same data. Erase each by its own subject:\n${runs.map(line).join('\n')}`,
      )
