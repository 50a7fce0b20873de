// --watch: drawn again on a terminal, appended elsewhere, over when the run is.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { watchOn } from '../../src/cli/watch.ts'
import { startBot } from '../bot.ts'
import { heldFlow } from '../slack/held-flow.ts'
import { until } from '../until.ts'
import { signalbox } from './command.ts'

const BIN = join(import.meta.dirname, '../../bin/signalbox.js')
/** Shows the texts one after the other; what was printed. */
async function printedOf(texts: string[], isTerminal: boolean): Promise<string[]> {
  const printed: string[] = []
  let at = 0
  const look = async () => ({ text: texts[at++] ?? '', isOver: at === texts.length })
  const signal = new AbortController().signal
  await watchOn(look, { isTerminal, print: (text) => printed.push(text), everyMs: 1, signal })
  return printed
}

describe('what is watched', () => {
  test('is drawn over on a terminal', async () => {
    const printed = await printedOf(['one', 'one', 'two'], true)
    assert.equal(printed.length, 3)
    for (const text of printed) assert.ok(text.startsWith('\u001b[H\u001b[2J'), text)
    assert.match(printed[0] ?? '', /one\n\n.*Ctrl-C/)
    assert.doesNotMatch(printed[2] ?? '', /Ctrl-C/)
  })

  test('is appended elsewhere, where it changed', async () => {
    assert.deepEqual(await printedOf(['one', 'one', 'two'], false), ['one', '\ntwo'])
  })

  test('stops at once when it is told to', async () => {
    const stopping = new AbortController()
    await watchOn(async () => ({ text: '', isOver: false }), {
      isTerminal: false,
      print: () => stopping.abort(),
      everyMs: 3_600_000,
      signal: stopping.signal,
    })
  })
})

test('status --watch ends with its run, list --watch with Ctrl-C', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ asks: heldFlow('asks') })
  await bot.send('asks', { order: '1', amount: 'x' })
  await bot.untilIdle()
  const started = (...words: string[]) => {
    const child = spawn(process.execPath, [BIN, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], TZ: 'UTC', ...bot.env },
    })
    t.after(() => child.kill())
    const out = { text: '', ended: once(child, 'exit') as Promise<[number | null]>, child }
    child.stdout.on('data', (part: Buffer) => (out.text += part.toString()))
    return out
  }
  const { id } = await bot.app.db.prisma.run.findFirstOrThrow()
  const status = started('status', id, '--watch')
  const list = started('list', '--watch')
  await until('both have looked', () => status.text.includes('needs attention') && list.text.includes('asks'))
  const done = await signalbox(bot.env, 'resolve', id, '--dismiss', 'not ours', '--as', '@ada')
  assert.equal(done.code, 0, done.stderr)
  assert.equal((await status.ended)[0], 0)
  assert.match(status.text, /State .*needs attention[^]*\n\n[^]*State +completed/)
  list.child.kill('SIGINT')
  assert.equal((await list.ended)[0], 0)
})

test('--watch and --json are wrong usage together', async () => {
  const ended = await signalbox({}, 'list', '--watch', '--json')
  assert.equal(ended.code, 2)
  assert.match(ended.stderr, /'--watch' cannot be used with option '--json'/)
})
