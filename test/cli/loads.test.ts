// What a command loads: itself and what it needs, for each start of it costs processor time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Help } from 'commander'
import { loadCalled, makeProgram } from '../../src/cli/program.ts'
import { subcommands } from '../../src/cli/subcommands.ts'
import { signalbox } from './command.ts'

// Given to the command's own Node: at its end, the packages and the files of ours that it loaded.
const SAYS_WHAT_IT_LOADS = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const loaded = new Set()
  registerHooks({ load: (url, context, next) => (loaded.add(url), next(url, context)) })
  process.on('exit', () => console.error('LOADED ' + JSON.stringify([...loaded])))
`)}`

async function loadedBy(...words: string[]): Promise<string[]> {
  const { stderr } = await signalbox({ NODE_OPTIONS: `--import=${SAYS_WHAT_IT_LOADS}` }, ...words)
  const urls = JSON.parse(/^LOADED (.*)$/m.exec(stderr)?.[1] ?? '[]') as string[]
  return urls.map(
    (url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url.replace(/^.*\/src\//, ''),
  )
}

test('--help loads commander and no command', async () => {
  const loaded = await loadedBy('--help')
  assert.ok(loaded.includes('cli/subcommands.ts'))
  const packages = loaded.filter((name) => !/[.:]/.test(name))
  assert.deepEqual([...new Set(packages)], ['commander'])
  assert.deepEqual(
    loaded.filter((file) => /^(cli\/commands|db|pipeline|workflow|slack)\//.test(file)),
    [],
  )
})

test('a command that is called loads no other command', async () => {
  const loaded = await loadedBy('help', 'backup')
  assert.deepEqual(
    loaded.filter((file) => file.startsWith('cli/commands/')),
    ['cli/commands/operations/backup.ts'],
  )
})

test('a command that reads a server loads neither the queue, nor the embedded database, nor CEL', async () => {
  const loaded = await loadedBy('help', 'status')
  assert.ok(loaded.includes('@prisma/client'))
  const heavy = ['pg-boss', '@electric-sql/pglite', '@marcbachmann/cel-js', '@slack/bolt', 'fastify']
  assert.deepEqual(
    heavy.filter((name) => loaded.includes(name)),
    [],
  )
})

test('the help says of each command what it takes once it is loaded', async () => {
  const usual = new Help()
  for (const { name, takes } of subcommands) {
    const program = makeProgram('0')
    await loadCalled(program, [name])
    const command = program.commands.find((one) => one.name() === name)
    assert.ok(command)
    assert.equal(usual.subcommandTerm(command), `${name} ${takes}`.trimEnd())
  }
})
