// Stands in for npm audit where the registry answers none: whether docs/advisories-reviewed.md is of the last 30 days and
// speaks of the versions that ship. `.ci/audit` asks.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const MOST_DAYS = 30
const DAY_MS = 86_400_000

interface Now {
  today: Date
  /** Name → version of what ships, as package.json pins it. */
  dependencies: Record<string, string>
}

/** Why a review does not count; undefined when it does. */
export function reviewProblem(review: string, { today, dependencies }: Now): string | undefined {
  const [, day = ''] = /^Reviewed: (\d{4}-\d{2}-\d{2})$/m.exec(review) ?? []
  const at = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(at)) return 'it has no line "Reviewed: YYYY-MM-DD"'
  const days = Math.floor((today.getTime() - at) / DAY_MS)
  if (days < -1) return `it is dated ${day}, which is still to come`
  if (days > MOST_DAYS) return `it is of ${day}, ${days} days ago; at most ${MOST_DAYS}`
  const missing = Object.entries(dependencies)
    .filter(([name, version]) => !review.includes(`| ${name} | ${version} |`))
    .map(([name, version]) => `${name} ${version}`)
  return missing.length === 0 ? undefined : `it says nothing of ${missing.join(', ')}`
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..')
  const read = (name: string) => readFileSync(join(root, name), 'utf8')
  const { dependencies } = JSON.parse(read('package.json')) as Pick<Now, 'dependencies'>
  const problem = reviewProblem(read('docs/advisories-reviewed.md'), { today: new Date(), dependencies })
  if (problem !== undefined) {
    process.stderr.write(`docs/advisories-reviewed.md does not stand in for it: ${problem}.\n`)
    process.exit(1)
  }
  process.stdout.write('docs/advisories-reviewed.md says what was looked at instead.\n')
}
