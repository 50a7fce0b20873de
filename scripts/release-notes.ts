// node scripts/release-notes.ts v1.2.3 — what CHANGELOG.md says of that version, for the page of its release.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** The lines under `## 1.2.3`, whatever stands after the number (a date); undefined where there are none. */
export function notesOf(changelog: string, version: string): string | undefined {
  const [, ...sections] = changelog.split(/^## /m)
  const section = sections.find((one) => /^\[?([^\s\]]+)/.exec(one)?.[1] === version)
  return section?.slice(section.indexOf('\n')).trim() || undefined
}

if (process.argv[1] === import.meta.filename) {
  const version = (process.argv[2] ?? '').replace(/^v/, '')
  const { version: ours } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string
  }
  const notes = notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version)
  const problem =
    version !== ours
      ? `The tag says ${version || 'nothing'}, package.json ${ours}.`
      : notes === undefined && `CHANGELOG.md has nothing under "## ${version}".`
  if (problem) {
    process.stderr.write(`${problem}\n`)
    process.exit(1)
  }
  process.stdout.write(`${notes}\n`)
}
