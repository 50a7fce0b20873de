// What the local Slack answers, held to the types that @slack/web-api gives those answers: every method is called,
// and the answers are compiled as values of their types, where a key too many or of another kind is an error.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { methods } from '../../src/local-slack/api/methods.ts'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { everyAnswer } from './every-answer.ts'
import { started } from './start.ts'

/** chat.postMessage → ChatPostMessageResponse */
const typeOf = (method: string): string =>
  `${method
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}Response`

// Its enums list only the words their makers had seen, and absent parts are null in Slack's answers; blocks are the
// app's own and direct messages have three keys that the types leave out.
const HEAD = `import type * as api from '@slack/web-api'
type Direct = { user?: string; is_user_deleted?: boolean; priority?: number }
type Of<T> = T extends string ? string
  : T extends number | boolean | undefined ? T
  : T extends (infer E)[] ? Of<E>[]
  : { [K in keyof T]: K extends 'blocks' ? unknown : K extends 'channel' | 'channels' ? Of<T[K]> | Known<T[K]> : Of<T[K]> | null }
type Known<T> = T extends (infer E)[] ? Known<E>[] : T extends object ? Of<T> & Direct : T
`

const source = (answers: Map<string, unknown>): string =>
  [...answers].reduce(
    (text, [method, answer], index) =>
      `${text}export const answer${index}: Of<api.${typeOf(method)}> = ${JSON.stringify(answer)}\n`,
    HEAD,
  )

/** What the compiler says of this module; empty: nothing. */
const complaints = (t: TestContext, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'answers-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'answers.ts'), text)
  const webApi = dirname(fileURLToPath(import.meta.resolve('@slack/web-api')))
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'es2024',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: [],
    paths: { '@slack/web-api': [join(webApi, 'index.d.ts')] },
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['answers.ts'] }))
  const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url))
  return spawnSync(tsc, ['--project', folder], { encoding: 'utf8' }).stdout
}

const answersOf = async (slack: LocalSlack): Promise<Map<string, unknown>> => {
  const answers = await everyAnswer(slack)
  assert.deepEqual([...answers.keys()].toSorted(), Object.keys(methods).toSorted(), 'every method is asked')
  return answers
}

test('every answer is of the type that web-api gives it', async (t) => {
  const slack = await started(t)
  const answers = await answersOf(slack)
  assert.equal(complaints(t, source(answers)), '')
  // The check checks: a key that is misspelt, however deep, is found.
  const [[method, answer] = ['', {}]] = answers
  answers.set(method, { ...(answer as object), misspelt: true })
  answers.set('users.info', { ok: true, user: { profile: { real_nmae: 'Ada' } } })
  const found = complaints(t, source(answers))
  assert.match(found, /misspelt/)
  assert.match(found, /real_nmae/)
})
