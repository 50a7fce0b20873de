// What stands around the code: the hook for commit messages, and the notes of a release.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { notesOf } from '../scripts/release-notes.ts'

const HOOK = join(import.meta.dirname, '../.githooks/commit-msg')

describe('the hook for commit messages', () => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-commit-'))
  after(() => rmSync(dir, { recursive: true }))
  const said = (message: string) => {
    const file = join(dir, 'message')
    writeFileSync(file, message)
    const { status, stderr } = spawnSync(HOOK, [file], { encoding: 'utf8' })
    return status === 0 ? 'taken' : stderr
  }

  const rows: [subject: string, says: RegExp | 'taken'][] = [
    ['slack: restart the 4-hour window', 'taken'],
    ['db/cards: hold “é” as one character', 'taken'],
    [`a: ${'é'.repeat(69)}`, 'taken'],
    [`a: ${'é'.repeat(70)}`, /it has 73 characters; 72 are the most/],
    ['restart the window', /begin with an area/],
    ['Slack: restart the window', /begin with an area/],
    ['slack:restart the window', /begin with an area/],
    ['slack: Restart the window', /"Restart" in lower case/],
    ['slack: API keys are read once', 'taken'],
    ['slack: fixed the window', /"fixed" is no imperative/],
    ['slack: restart the window.', /no full stop/],
    ["Merge branch 'x'", 'taken'],
    ['fixup! slack: whatever it says here is gone again, and so it may be as long as it likes', 'taken'],
    ['\n# a comment of git\n\nslack: restart the window\n\nWhy it should.\n', 'taken'],
    ['', /begin with an area/],
  ]
  for (const [message, says] of rows)
    test(`${says === 'taken' ? 'takes' : 'refuses'} ${JSON.stringify(message)}`, () => {
      if (says === 'taken') assert.equal(said(message), 'taken')
      else assert.match(said(message), says)
    })
})

test('the notes of a release are what the changelog says of that version alone', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n- new\n\n## 1.2.0 (2026-12-01)\n\n- two\n\n### More\n\n- three\n\n## 1.1.0\n'
  assert.equal(notesOf(changelog, '1.2.0'), '- two\n\n### More\n\n- three')
  assert.equal(notesOf(changelog, '1.1.0'), undefined)
  assert.equal(notesOf(changelog, '1.2'), undefined)
})
