// signalbox new: a first file that passes check, without a terminal and with one.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'
import { folderOf } from './command.ts'

const standards = `roles: { leads: ['@ada'] }
calendars: { business: { timezone: Europe/Berlin, hours: 'Mon-Fri 09:00-17:00' } }
channels: { exceptions: '#sales' }
`
const make = (t: TestContext) =>
  folderOf(t, { DATA_DIR: '/nonexistent/signalbox', DATABASE_URL: '' }, { 'signalbox.yaml': standards })

describe('signalbox new', () => {
  test('writes a file from flags and the standards that passes check as it is', async (t) => {
    const folder = make(t)
    const made = await folder.run('new', 'gift-cards', '--key', 'card_id', '--yes')
    assert.equal(made.code, 0, made.stderr)
    const file = readFileSync(join(folder.dir, 'gift-cards.yaml'), 'utf8')
    for (const part of [
      'title: "Gift cards"',
      'owner: "role:leads"',
      'channel: "#sales"',
      'event.card_id',
      'calendar: business',
    ])
      assert.ok(file.includes(part), part)
    const { code, stdout } = await folder.run('check')
    assert.equal(code, 0)
    assert.match(stdout, /1 workflow valid, 2 tests passed/)
  })

  test('does not touch a file that is there, and says what a wrong answer should be', async (t) => {
    const folder = make(t)
    folder.write('gift-cards.yaml', '# mine\n')
    const again = await folder.run('new', 'gift-cards', '--yes')
    assert.deepEqual([again.code, /already exists/.test(again.stderr)], [1, true])
    assert.equal(readFileSync(join(folder.dir, 'gift-cards.yaml'), 'utf8'), '# mine\n')
    const wrong = await folder.run('new', 'Gift', '--yes')
    assert.deepEqual([wrong.code, /small letters, digits and hyphens/.test(wrong.stderr)], [2, true])
    assert.equal((await folder.run('new')).code, 2, 'without a terminal it needs a name')
  })

  test('asks again for what cannot be used, keeps what is typed ahead, and writes nothing when it ends', async (t) => {
    const folder = make(t)
    const ask = async (typed: string) => {
      const program = `import { askAll } from '${join(import.meta.dirname, '../../src/cli/ask.ts')}'
        import { answerProblem } from '${join(import.meta.dirname, '../../src/workflow/file/new-workflow.ts')}'
        const of = (name) => ({ name, text: name, fallback: (given) => given.get('workflow') ?? 'first' })
        askAll([of('workflow'), of('title')], answerProblem)
          .then((answers) => console.log(JSON.stringify([...answers])), ({ message }) => console.log(message))`
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: folder.dir })
      child.stdin.end(typed)
      return text(child.stdout)
    }
    const said = await ask('Gift cards\ngift-cards\n\n')
    assert.match(said, /use small letters, digits and hyphens/)
    assert.match(said, /\[\["workflow","gift-cards"\],\["title","gift-cards"\]\]/)
    assert.match(await ask('gift-cards\n'), /nothing was written/)
    assert.ok(!existsSync(join(folder.dir, 'gift-cards.yaml')))
  })
})
