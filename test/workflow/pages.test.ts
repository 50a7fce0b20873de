// Each workflow that ships has a page, and the page speaks of the rules as they are.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { examples } from './examples.ts'

describe('the page of a workflow', () => {
  test('of each file there is one, and no file has a problem', () => {
    assert.deepEqual(examples.problems, [])
    assert.equal(examples.workflows.length, 10)
  })
  for (const { definition } of examples.workflows) {
    test(`docs/workflows/${definition.workflow}.md names each rule and what it asks`, () => {
      const page = readFileSync(
        new URL(`../../docs/workflows/${definition.workflow}.md`, import.meta.url),
        'utf8',
      )
      for (const rule of definition.rules) {
        assert.ok(page.includes(`| ${rule.name} |`), rule.name)
        assert.ok(page.replaceAll('\\|', '|').includes(`\`${rule.when}\``), rule.when)
      }
    })
  }
})
