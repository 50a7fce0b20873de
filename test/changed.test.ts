// Which test files `npm run test:changed` runs.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { changedFiles } from './suite/changed.ts'
import { distanceTo } from './suite/reach.ts'

describe('a changed file', () => {
  const root = mkdtempSync(join(tmpdir(), 'signalbox-changed-'))
  after(() => rmSync(root, { recursive: true }))
  const at = (path: string) => join(root, path)
  const write = (path: string, text: string) => writeFileSync(at(path), text)
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words], { cwd: root })
  for (const folder of ['src', 'test', 'workflows']) mkdirSync(at(folder))
  write('src/one.ts', "import { two } from './two.ts'\nexport const one = two\n")
  write('src/two.ts', "import { one } from './one.ts'\nexport const two = () => one\n")
  write('src/lazy.ts', "await import('./two.ts')\n")
  write('workflows/a.yaml', 'workflow: a\n')
  write('test/one.test.ts', "import { one } from '../src/one.ts'\n")
  write('test/lazy.test.ts', "const program = join(import.meta.dirname, '../src/lazy.ts')\n")
  write('test/files.test.ts', "const examples = join(import.meta.dirname, '../workflows')\n")
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'a: begin')

  const reached = (path: string) =>
    ['one', 'lazy', 'files'].flatMap((name) => {
      const distance = distanceTo(at(`test/${name}.test.ts`), [at(path)], root)
      return distance === undefined ? [] : [`${name} ${distance}`]
    })

  test('is reached by imports, also lazy ones and in a ring, by programs and by folders that are named', () => {
    assert.deepEqual(reached('src/two.ts'), ['one 2', 'lazy 2'])
    assert.deepEqual(reached('src/one.ts'), ['one 1', 'lazy 3'])
    assert.deepEqual(reached('workflows/a.yaml'), ['files 1'])
    assert.deepEqual(reached('test/files.test.ts'), ['files 0'])
  })

  test('is what git says: changed, deleted, new, and on demand since a branch began', () => {
    assert.deepEqual(changedFiles(root), [])
    git('switch', '-qc', 'work')
    write('src/one.ts', "import { two } from './two.ts'\n")
    git('commit', '-qam', 'a: change one')
    rmSync(at('src/two.ts'))
    write('src/é.ts', '')
    assert.deepEqual(changedFiles(root), [at('src/two.ts'), at('src/é.ts')])
    assert.deepEqual(changedFiles(root, 'HEAD~1'), [at('src/one.ts'), at('src/two.ts'), at('src/é.ts')])
    assert.deepEqual(reached('src/two.ts'), ['one 2', 'lazy 2'])
  })
})
