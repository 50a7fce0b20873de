// What a file says once: an anchor, its aliases, and maps merged into others.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Definition } from '../../src/domain/workflow-file/definition.ts'
import { exportWorkflow } from '../../src/workflow/file/export.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { parseWorkflow } from '../../src/workflow/file/parse.ts'

const source = `workflow: orders
owner: "@ops-lead"
x-shop: &shop
  url: "https://shop.example/orders"
  headers: { x-api: "2" }
  json: { order: "\${event.id}" }
x-retry: &patient { attempts: 5, first: 1m }
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
rules:
  - { rule: rest, when: 'true', route: go }
routes:
  go:
    actions:
      - { action: note, http: *shop, retry: *patient }
      - { action: tag, http: { <<: *shop, method: PUT, json: { tag: late } }, retry: { <<: [*patient], attempts: 2 } }
    outcome: achieved
`

const readOf = (text: string): Definition => {
  const { problems, definition } = parseWorkflow(text, 'orders.yaml')
  assert.deepEqual(problems, [])
  assert.ok(definition)
  return definition
}
const written = source
  .replaceAll(/^x-.*\n(?: {2}.*\n)*/gm, '')
  .replace(
    'http: *shop',
    'http: { url: "https://shop.example/orders", headers: { x-api: "2" }, json: { order: "${event.id}" } }',
  )
  .replace('http: { <<: *shop,', 'http: { url: "https://shop.example/orders", headers: { x-api: "2" },')
  .replace('retry: *patient', 'retry: { attempts: 5, first: 1m }')
  .replace('retry: { <<: [*patient], attempts: 2 }', 'retry: { attempts: 2, first: 1m }')

describe('what a file says once', () => {
  test('is what it stands for, and what stands beside a merged map wins', () => {
    assert.ok(!/[*&]|<</.test(written))
    assert.deepEqual(readOf(source), readOf(written))
  })
  for (const [what, from, to, line] of [
    ['an alias', 'url: "https', 'ur: "https', 3],
    ['a merged map', 'first: 1m', 'first: soon', 7],
  ] as const)
    test(`is wrong where it was written, also through ${what}`, () => {
      const { problems } = checkAll(
        [{ file: 'orders.yaml', source: source.replace(from, to) }],
        '',
        's.yaml',
        {
          secretIsSet: () => true,
        },
      )
      assert.ok(
        problems.some((problem) => problem.severity === 'error' && Math.abs(problem.line - line) <= 1),
        JSON.stringify(problems),
      )
    })
  test('is not a workflow’s own: other unknown keys are still wrong', () => {
    const { problems } = parseWorkflow(source.replace('x-shop:', 'y-shop:'), 'orders.yaml')
    assert.match(problems[0]?.message ?? '', /y-shop/)
  })
  test('stays in the file when another section is changed, and is written out where its own is', () => {
    const definition = readOf(source)
    const titled = exportWorkflow({ ...definition, title: 'Orders' }, source)
    assert.match(titled, /&shop/)
    assert.deepEqual(readOf(titled), { ...definition, title: 'Orders' })
    const inline = source
      .replace(/^x-retry.*\n/m, '')
      .replace('retry: *patient', 'retry: &patient { attempts: 5, first: 1m }')
      .replace(
        'outcome: achieved\n',
        'outcome: achieved\n  stop: { actions: [{ action: note, http: { url: "https://a.example" }, retry: *patient }], outcome: achieved }\nsla: { respond: 30m }\n',
      )
    const before = readOf(inline)
    const after = {
      ...before,
      routes: { ...before.routes, other: { ...before.routes['stop'] } },
    } as Definition
    assert.deepEqual(readOf(exportWorkflow(after, inline)), after)
  })
})
