// What manifest.yml subscribes to and asks for is what the code listens to and calls: an event that nobody sends us, or a
// scope that nothing needs, is found here.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { methods } from '../../src/local-slack/api/methods.ts'
import { readManifest } from '../../src/local-slack/workspace/manifest.ts'
import { listenToEvents } from '../../src/slack/app/listen.ts'

const root = new URL('../../', import.meta.url)
const manifest = readManifest(new URL('manifest.yml', root))

test('events are subscribed to where something listens, and listened to where they are subscribed to', () => {
  const heard: string[] = []
  const wire = { event: (name: string) => void heard.push(name), submitted: () => {} }
  // Listeners are registered and not called: nothing of what they work with is touched.
  listenToEvents(wire, {} as never, { clients: {} } as never, async () => {})
  assert.ok(heard.includes('group_rename'))
  assert.deepEqual(heard.toSorted(), manifest.events.toSorted())
})

test('each scope has a call behind it', () => {
  const source = globSync('src/slack/**/*.ts', { cwd: root })
    .map((file) => readFileSync(new URL(file, root), 'utf8'))
    .join('\n')
  const called = [...source.matchAll(/client\.([a-zA-Z]+(?:\.[a-zA-Z]+)+)\(/g)].map(([, name = '']) => name)
  const needed = new Set(called.flatMap((name) => methods[name]?.scopes ?? []))
  // What Slack ties to no method of its own: the command and shortcuts; a field of users.list; chat.postMessage to a
  // person, and to a public channel that has not invited the bot.
  for (const scope of ['commands', 'users:read.email', 'im:write', 'chat:write.public']) needed.add(scope)
  assert.ok(called.includes('usergroups.users.list') && needed.has('groups:history'))
  assert.deepEqual(
    manifest.scopes.filter((scope) => !needed.has(scope)),
    [],
  )
})
