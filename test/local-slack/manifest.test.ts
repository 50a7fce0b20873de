// manifest.yml: the app as Slack would make it, and as the local Slack installs it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { readManifest } from '../../src/local-slack/workspace/manifest.ts'
import { subcommands } from '../../src/slack/listeners/command.ts'

const path = new URL('../../manifest.yml', import.meta.url)
// Slack's published schema, where this repository stands beside it.
const schemaPath = new URL('../../../shared/data/slack-manifest.schema.json', import.meta.url)

test('the manifest has the command, the shortcuts and the events the product uses', () => {
  const app = readManifest(path)
  assert.deepEqual(
    app.commands.map((each) => each.command),
    ['/workflow'],
  )
  assert.deepEqual(
    app.shortcuts.map((each) => [each.callbackId, each.type]),
    [
      ['start_workflow', 'global'],
      ['make_run', 'message'],
    ],
  )
  for (const event of ['app_home_opened', 'user_change', 'subteam_members_changed', 'channel_archive'])
    assert.ok(app.events.includes(event), event)
  for (const scope of ['chat:write', 'commands', 'users:read', 'usergroups:read', 'channels:read'])
    assert.ok(app.scopes.includes(scope), scope)
})

test('who types /workflow is offered every one of its commands', () => {
  const offered = readManifest(path).commands.flatMap(({ usageHint }) =>
    usageHint.split('|').map((usage) => usage.trim().split(' ')[0]),
  )
  assert.deepEqual(new Set(offered), new Set(subcommands.map(({ name }) => name)))
})

test('the manifest keeps within the lengths Slack allows, and is for Socket Mode', () => {
  const manifest = parse(readFileSync(path, 'utf8')) as {
    display_information: { name: string; description: string }
    features: { shortcuts: { name: string }[]; slash_commands: object[] }
    settings: { socket_mode_enabled: boolean }
  }
  assert.ok(manifest.display_information.name.length <= 35)
  assert.ok(manifest.display_information.description.length <= 140)
  assert.ok(manifest.features.shortcuts.every((shortcut) => shortcut.name.length <= 24))
  assert.equal(manifest.settings.socket_mode_enabled, true)
  assert.equal(
    manifest.features.slash_commands.some((command) => 'url' in command),
    false,
  )
})

const missing = existsSync(schemaPath) ? false : "Slack's schema is not beside this repository"

test("the manifest passes Slack's own schema", { skip: missing }, () => {
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(schemaPath, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
  )
  const manifest = parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  assert.deepEqual(schema.safeParse(manifest).error?.issues ?? [], [])
  assert.equal(schema.safeParse({ ...manifest, unknown_part: 1 }).success, false)
})
