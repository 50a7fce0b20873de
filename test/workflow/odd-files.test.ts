// Files that nobody writes, and that must stop neither the check of the others nor a start.
import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkAll, loadDirectory } from '../../src/workflow/file/load.ts'
import type { CheckContext } from '../../src/workflow/check/check-context.ts'

interface Parts {
  fields?: string
  routes?: string
  rules?: string
}

const flow = ({
  fields = '{ id: { type: string } }',
  routes = '{ go: { outcome: achieved } }',
  rules = "[{ rule: all, when: 'true', route: go }]",
}: Parts = {}) => `
workflow: odd
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: bearer, secret: secret.X } } }
fields: ${fields}
rules: ${rules}
routes: ${routes}
`

/** The plain workflow stands beside it each time, and is not blamed for anything. */
const errorsOf = (source: string, context: CheckContext = {}) => {
  const plain = flow().replace('workflow: odd', 'workflow: plain')
  const files = [
    { file: 'odd.yaml', source },
    { file: 'plain.yaml', source: plain },
  ]
  const { workflows, problems } = checkAll(files, undefined, 'signalbox.yaml', context)
  assert.ok(workflows.some(({ definition }) => definition.workflow === 'plain'))
  const errors = problems.filter(({ severity }) => severity === 'error')
  return errors.map(({ file, message }) => `${file}: ${message}`)
}

const asksFor = (route: string) =>
  `choices: [{ label: Pay, route: ${route}, form: { required: [sum], properties: { sum: { type: number } } } }]`
const reads = `actions: [{ action: x, http: { url: "https://x.example/i", json: { sum: "\${record.sum}" } } }]`
const ask = 'reason: needs_judgement'
const circle = ['odd.yaml: "back" leads back to "go"', 'odd.yaml: "go" leads back to "back"']

describe('routes in a circle, and a text in it that reads what a form asks for', () => {
  test('by choices', () => {
    const routes = `
  go: { exception: { ${ask}, ${asksFor('back')} } }
  back: { ${reads}, exception: { ${ask}, choices: [{ label: Again, route: go }] } }`
    assert.deepEqual(errorsOf(flow({ routes })), circle)
  })
  test('by timeouts', () => {
    const routes = `
  go: { exception: { ${ask}, ${asksFor('back')} }, timeout: { after: 1h, route: back } }
  back: { ${reads}, exception: { ${ask} }, timeout: { after: 1h, route: go } }`
    assert.deepEqual(errorsOf(flow({ routes })).toSorted(), [
      'odd.yaml: "back" leads back to "go"',
      'odd.yaml: "back" leads back to "go"',
      'odd.yaml: "go" leads back to "back"',
    ])
  })
})

const many = (sign: string, count: number, value: string) => `${sign.repeat(count)}${value}`

describe('an expression that nests far', () => {
  for (const [name, field] of Object.entries({
    '3,500 times !': `{ type: boolean, from: '${many('!', 3500, 'true')}' }`,
    '3,500 times -': `{ type: number, from: '${many('-', 3500, '1')}' }`,
    '1,500 brackets': `{ type: number, from: '${'('.repeat(1500)}1${')'.repeat(1500)}' }`,
  }))
    test(name, () => {
      const [error, ...more] = errorsOf(flow({ fields: `{ a: ${field} }` }))
      assert.match(
        error ?? '',
        /^odd\.yaml: fields\.a: the expression (has more than 1000 parts|nests deeper)/,
      )
      assert.deepEqual(more, [])
    })
  test('as far as it may, it is taken', () => {
    const from = many('!', 998, 'event.is')
    assert.deepEqual(errorsOf(flow({ fields: `{ a: { type: boolean, from: '${from}' } }` })), [])
    const rules = `[{ rule: one, when: '${many('!', 997, 'record.a')}', route: go }, { rule: all, when: 'true', route: go }]`
    assert.deepEqual(errorsOf(flow({ fields: '{ a: { type: boolean } }', rules })), [])
  })
})

const sends = (json: string) =>
  flow({
    routes: `{ go: { actions: [{ action: x, http: { url: "https://x.example/", json: ${json} } }], outcome: achieved } }`,
  })

test('a value that holds itself, or that nests without end, is a problem of its file', () => {
  for (const json of [
    '&r [*r]',
    `${'['.repeat(3000)}${']'.repeat(3000)}`,
    '['.repeat(200_000),
    `&r { a: *r }`,
  ])
    assert.match(errorsOf(sends(json))[0] ?? '', /^odd\.yaml: /)
})

const secretIsSet = (name: string) => {
  if (name === 'ODD') throw new Error('no such drawer')
  return true
}

test('an error that nobody expects names the file', () => {
  const source = flow().replace('secret.X', 'secret.ODD')
  assert.deepEqual(errorsOf(source, { secretIsSet }), [
    'odd.yaml: this file could not be checked: no such drawer',
  ])
})

test('a file that cannot be read is a problem of the folder’s files, and no exception', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'odd-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'plain.yaml'), flow())
  await symlink(join(folder, 'nowhere'), join(folder, 'gone.yaml'))
  await symlink(folder, join(folder, 'signalbox.yaml'))
  const { problems } = await loadDirectory(folder)
  assert.deepEqual(
    problems.map(({ file, message }) => [file, /can't be read: (\w+)/.exec(message)?.[1]]),
    [
      [join(folder, 'gone.yaml'), 'ENOENT'],
      [join(folder, 'signalbox.yaml'), 'EISDIR'],
    ],
  )
})
