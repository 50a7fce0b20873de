// One pass over test files: a short line a file, every failure at once and in full, and the counts. A file that does
// not end is stopped and counts as failed: what it left open would hold the whole suite. A file that fails runs once more, alone.
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

const AT_ONCE = 2
const MOST_OUTPUT = 8000
const SLOWEST_FILE_MS = 300_000
// As the program itself runs: without its flags the embedded database takes 580 MB more.
const RUNTIME = pathToFileURL(join(import.meta.dirname, '../../src/runtime.js')).href

interface Failure {
  name: string
  file?: string
  line?: number
  details: { error: Error & { cause?: unknown; failureType?: string } }
}

function failureText({ name, file, line, details }: Failure): string {
  const { error } = details
  const cause = error.cause ?? error
  const what = typeof cause === 'string' ? cause : inspect(cause, { depth: 6, colors: process.stdout.isTTY })
  const where = file === undefined ? '' : ` (${relative(process.cwd(), file)}${line ? `:${line}` : ''})`
  return `\n  ✖ ${name}${where}\n${what.replaceAll(/^/gm, '    ')}\n`
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Runs one file in a process of its own, which is gone afterwards, also if it will not end by itself. */
async function runFile(file: string, stopped: AbortSignal): Promise<Counts> {
  const tooLong = AbortSignal.timeout(SLOWEST_FILE_MS)
  const path = relative(process.cwd(), file)
  let printed = ''
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  const stream = run({
    files: [file],
    signal: AbortSignal.any([stopped, tooLong]),
    execArgv: ['--import', RUNTIME],
  })
  for await (const { type, data } of stream) {
    if (type === 'test:stdout' || type === 'test:stderr')
      printed = (printed + data.message).slice(-MOST_OUTPUT)
    if (type === 'test:fail') {
      const failure = data as Failure
      // A suite whose test failed is no failure of its own; a file that failed is told of below.
      if (failure.details.error.failureType !== 'subtestsFailed' && failure.name !== failure.file)
        say(failureText(failure))
    }
    if (type !== 'test:summary' || data.file !== undefined) continue
    const { counts: of, success, duration_ms: ms } = data
    counts = { passed: of.passed, failed: of.failed + of.cancelled, skipped: of.skipped + of.todo }
    const tests = `${of.tests} ${of.tests === 1 ? 'test' : 'tests'}, ${(ms / 1000).toFixed(1)} s`
    say(`  ${success ? '✔' : '✖'} ${path}  ${tests}`)
    if (tooLong.aborted)
      say(`    it had not ended after ${SLOWEST_FILE_MS / 60_000} minutes, and was stopped`)
    if (!success && printed !== '') say(`    what it printed:\n${printed}`)
  }
  return counts
}

/** More than these, and it is no accident: none is run again. */
const MOST_AGAIN = 5

export interface Pass {
  counts: Counts
  /** Files that failed beside others and passed alone. */
  flaky: string[]
}

/** Runs the files, some at once; the few that fail once more, each alone. The environment they see is this process's. */
export async function runPass(files: string[], stopped: AbortSignal): Promise<Pass> {
  const counts = new Map<string, Counts>()
  const waiting = files.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const file of waiting) counts.set(file, await runFile(file, stopped))
    }),
  )
  const hasFailed = (file: string) => (counts.get(file)?.failed ?? 0) > 0
  const failed = files.filter(hasFailed)
  if (failed.length > 0 && failed.length <= MOST_AGAIN && !stopped.aborted) {
    say('\nOnce more, each alone:')
    for (const file of failed) counts.set(file, await runFile(file, stopped))
  }
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const of of counts.values())
    for (const name of ['passed', 'failed', 'skipped'] as const) total[name] += of[name]
  return {
    counts: total,
    flaky: failed.filter((file) => !hasFailed(file)).map((file) => relative(process.cwd(), file)),
  }
}
