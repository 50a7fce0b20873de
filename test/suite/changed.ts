// What git says was changed, as absolute paths: what is not committed yet, or everything since a branch began.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** `since`: a branch or commit, from where this one left it. Undefined: the last commit. Files that git does not know yet count. */
export function changedFiles(root: string, since?: string): string[] {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
  const tracked =
    since === undefined
      ? git('diff', '--name-only', '--no-renames', '-z', 'HEAD')
      : git('diff', '--name-only', '--no-renames', '-z', '--merge-base', since)
  return [...tracked, ...git('ls-files', '--others', '--exclude-standard', '-z')].map((path) =>
    join(root, path),
  )
}
