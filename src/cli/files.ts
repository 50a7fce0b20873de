// The folder of workflow files that a command is about.
import { resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { counted } from '../domain/text/counted.ts'
import { namesOf } from '../db/people/name-bindings.ts'
import { movedText } from '../db/people/name-state.ts'
import { type Problem, problemText } from '../domain/text/problem.ts'
import type { Directory } from '../workflow/check/check-context.ts'
import { namesSaid } from '../workflow/check/check-names.ts'
import { type Loaded, loadDirectory } from '../workflow/file/load.ts'
import { didNotHold } from './exit.ts'
import type { KnownWorld } from './known-world.ts'
import { bad } from './text/output.ts'
import { printable } from './text/printable.ts'

/**
 * Loads and checks `dir`, or WORKFLOWS_DIR; with a directory also whether Slack knows the people, groups and channels
 * named. Ends the command when there is no such folder or nothing in it.
 */
export async function loadFiles(
  dir: string | undefined,
  directory?: Directory,
): Promise<{ loaded: Loaded; errors: number }> {
  const config = readConfig()
  const folder = dir === undefined ? config.workflowsDir : resolve(dir)
  let loaded: Loaded
  try {
    loaded = await loadDirectory(folder, {
      secretIsSet: (name) => config.secret(name) !== undefined,
      isProduction: config.isProduction,
      // Beside a server of its own nobody knows which bot will make them.
      makesSecrets: config.hasLocalSecrets && config.databaseUrl === undefined,
      ...(directory ? { directory } : {}),
    })
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    // What is wrong with a file inside it names that file.
    if (path !== folder) throw error
    if (code === 'ENOENT') throw didNotHold(`There is no folder ${folder}.`)
    if (code === 'ENOTDIR') throw didNotHold(`${folder} is a file: name the folder it is in.`)
    throw didNotHold(`${folder} can't be read: ${message}`)
  }
  if (loaded.workflows.length === 0 && loaded.problems.length === 0) {
    throw didNotHold(`There is no workflow file (*.yaml) in ${folder}.`)
  }
  return { loaded, errors: loaded.problems.filter(({ severity }) => severity === 'error').length }
}

export const problemsText = (problems: Problem[]): string =>
  problems
    .map((problem) => printable(problemText(problem)))
    .map((text, at) => (problems[at]?.severity === 'error' ? bad(text) : text))
    .join('\n')

/** Every name in these files, once. */
export const namesIn = ({ workflows, standards }: Loaded): string[] => [
  ...new Set([
    ...namesOf(undefined, standards),
    ...workflows.flatMap(({ definition }) => namesOf(definition, standards)),
  ]),
]

/**
 * Whom the names in these files mean, one a line: `@ada → Ada Lovelace, U0…`. One that somebody else has since it was
 * published goes on meaning whom it meant, and is said as that.
 */
export function namesText(loaded: Loaded, { directory, moved = [] }: KnownWorld): string[] {
  if (!directory) return []
  const names = namesIn(loaded).toSorted()
  const has = new Set(moved.map(({ name }) => name))
  return [
    ...namesSaid(
      names.filter((name) => !has.has(name)),
      directory,
    ),
    ...new Set(moved.filter(({ name }) => names.includes(name)).map(movedText)),
  ].map((line) => printable(line))
}

/** "3 problems" */
export const problemCount = (errors: number): string => counted(errors, 'error')
