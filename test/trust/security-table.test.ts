// docs/security-tests.md says of each attack what stops it and which test tries it: the tests it names have to be there, and
// every hostile input has to be in it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { hostileRequests } from './hostile-inputs.ts'

const ROOT = join(import.meta.dirname, '../..')
const rows = readFileSync(join(ROOT, 'docs/security-tests.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| attack'))

/** The file and the test that a row names. */
function namedIn(row: string): { file: string; title: string } | undefined {
  const [, file, title] = /\| (test\/\S+\.ts): "(.+)" \|$/.exec(row) ?? []
  return file === undefined || title === undefined ? undefined : { file, title }
}

const sources = new Map<string, string>()
function sourceOf(file: string): string {
  const known = sources.get(file) ?? readFileSync(join(ROOT, file), 'utf8')
  sources.set(file, known)
  return known
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
/** Titles that a file makes of a table's rows: `${what} is refused`. */
const madeTitles = (source: string): RegExp[] =>
  [...source.matchAll(/\b(?:test|describe)\(\s*`([^`]+)`/g)].map(
    ([, title = '']) =>
      new RegExp(
        `^${title
          .split(/\$\{[^}]*\}/)
          .map(escaped)
          .join('.+')}$`,
        's',
      ),
  )

function isThere(row: string): boolean {
  const named = namedIn(row)
  if (!named || !existsSync(join(ROOT, named.file))) return false
  const source = sourceOf(named.file)
  const { title } = named
  return source.includes(title) || madeTitles(source).some((made) => made.test(title))
}

describe('the table of attacks', () => {
  test('has at least 150 rows, each once', () => {
    assert.ok(rows.length >= 150, `${rows.length} rows`)
    assert.deepEqual(
      rows.filter((row, at) => rows.indexOf(row) !== at),
      [],
    )
  })

  test('names a test that is there for each', () => {
    const wrong = rows.filter((row) => !isThere(row))
    assert.deepEqual(wrong, [])
  })

  test('and SECURITY.md names tests that are there', () => {
    const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
    const named = [...text.matchAll(/`([a-z-]+\/[a-z-]+)`/g)].map(([, name]) => `test/${name}.test.ts`)
    assert.ok(named.length > 30)
    assert.deepEqual(
      named.filter((file) => !existsSync(join(ROOT, file))),
      [],
    )
  })

  test('has every hostile input of the web edge', () => {
    const text = rows.join('\n')
    const missing = hostileRequests.map(({ what }) => what).filter((what) => !text.includes(shown(what)))
    assert.deepEqual(missing, [])
  })
})

/** As a cell of a table: no pipe, nothing that Markdown reads. */
function shown(what: string): string {
  return `\`${what.replaceAll('`', '´').replaceAll('|', '¦')}\``
}
