// One pass over test files: a short line a file, every failure at once and in full, and the counts.
import { relative } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

const AT_ONCE = 2
const MOST_OUTPUT = 8000
const SLOWEST_FILE_MS = 600_000

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

/** Runs the files, each in a process of its own. The environment they see is this process's. */
export async function runPass(files: string[], signal: AbortSignal): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  const printed = new Map<string, string>()
  const unloadable = new Set<string>()
  const keep = ({ file, message }: { file: string; message: string }) => {
    printed.set(file, ((printed.get(file) ?? '') + message).slice(-MOST_OUTPUT))
  }
  const stream = run({ files, concurrency: AT_ONCE, timeout: SLOWEST_FILE_MS, signal })
  for await (const { type, data } of stream) {
    if (type === 'test:stdout' || type === 'test:stderr') keep(data as { file: string; message: string })
    if (type === 'test:fail') {
      const failure = data as Failure
      // A suite whose test failed is no failure of its own.
      if (failure.details.error.failureType === 'subtestsFailed') continue
      if (failure.name === failure.file) unloadable.add(failure.file)
      else say(failureText(failure))
    }
    if (type !== 'test:summary') continue
    const { file, counts, success, duration_ms: ms } = data
    if (file === undefined) {
      total.passed = counts.passed
      total.failed = counts.failed + counts.cancelled
      total.skipped = counts.skipped + counts.todo
      continue
    }
    const tests = `${counts.tests} ${counts.tests === 1 ? 'test' : 'tests'}, ${(ms / 1000).toFixed(1)} s`
    say(`  ${success ? '✔' : '✖'} ${relative(process.cwd(), file)}  ${tests}`)
    if (!success && printed.has(file)) say(`    what it printed:\n${printed.get(file)}`)
    printed.delete(file)
  }
  // A file that could not even be loaded has no summary: what it printed is all there is.
  for (const [file, text] of printed) {
    if (unloadable.has(file)) say(`  ✖ ${relative(process.cwd(), file)} could not be run:\n${text}`)
  }
  return total
}
