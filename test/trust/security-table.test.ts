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
  const [, file, title] = /\| (test\/\S+\.ts): "([^"]+)" \|$/.exec(row) ?? []
  return file === undefined || title === undefined ? undefined : { file, title }
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
    const wrong = rows.filter((row) => {
      const named = namedIn(row)
      if (!named || !existsSync(join(ROOT, named.file))) return true
      return !readFileSync(join(ROOT, named.file), 'utf8').includes(named.title)
    })
    assert.deepEqual(wrong, [])
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
