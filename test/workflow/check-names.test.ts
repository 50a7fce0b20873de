// What `check` and `plan` say of names: whom each means, and why one means nobody, or two.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry } from '../../src/db/people/members.ts'
import { ambiguous, namesSaid } from '../../src/workflow/check/check-names.ts'
import { checkAll } from '../../src/workflow/file/load.ts'

const entry = (id: string, handle: string, more: Partial<Entry> = {}): Entry => ({
  id,
  kind: 'person',
  handle,
  name: `The ${handle}`,
  email: null,
  isGone: false,
  ...more,
})
const entries = [
  entry('U0ADA00', 'ada', { name: 'Ada Lovelace', email: 'ada@example.com' }),
  entry('U0TWIN1', 'twin'),
  entry('U0TWIN2', 'twin'),
  entry('U0OPS00', 'ops'),
  entry('S0OPS00', 'ops', { kind: 'group' }),
  entry('U0GONE0', 'gone', { isGone: true }),
  entry('U0BACK0', 'back', { isGone: true }),
  entry('U0BACK1', 'back'),
]
const directory = {
  people: ['ada', 'twin', 'ops', 'back'],
  groups: ['ops'],
  gone: ['gone', 'back'],
  entries,
}
const file = (owner: string, by = '@ada') => `
workflow: names
owner: '${owner}'
channel: "#x"
trigger: { command: {} }
rules: [{ rule: all, when: 'true', route: ask }]
routes:
  ask: { review: { by: '${by}' }, actions: [{ action: pass, emit: { workflow: names, event: {} } }], outcome: achieved }
`
const two = (by: string) => file('@ada').replace("{ by: '@ada' }", `{ by: ${by}, approvals: 2 }`)
/** As if Slack listed these in the group. */
const group = (...members: string[]) => ({
  entries: entries.map((one) => (one.kind === 'group' ? { ...one, members } : one)),
})
const problems = (source: string, more: object = {}, standards?: string) =>
  checkAll([{ file: 'names.yaml', source }], standards, 'signalbox.yaml', {
    directory: { ...directory, ...more },
  }).problems.map(
    ({ severity, message, hint }) => `${severity}: ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  )

describe('names in a file', () => {
  test('approvals that its approvers could never give are an error, where all of them are known', () => {
    const never =
      'error: 2 approvals are needed, and only 1 person may give them: it could never be approved | name more approvers in "by", or ask for fewer approvals'
    assert.deepEqual(problems(two("'@ada'")), [never])
    assert.deepEqual(problems(two("['@ada', 'U0ADA00', ada@example.com]")), [never], 'one person thrice')
    assert.deepEqual(problems(two('role:leads'), {}, 'roles: { leads: ["@ada"] }'), [never])
    assert.deepEqual(problems(two("['@ada', '@back']")), [])
    assert.deepEqual(problems(two("['@ada', 'S0OPS00']")), [], 'who is in a group is not known here')
    const guests = ['U0GUEST', 'U0GONE0']
    assert.deepEqual(problems(two('S0OPS00'), group('U0ADA00', ...guests)), [never], 'a group of one of us')
    assert.deepEqual(problems(two("['@ada', 'S0OPS00']"), group('U0ADA00')), [never], 'whoever is in it too')
    assert.deepEqual(problems(two('S0OPS00'), group('U0ADA00', 'U0BACK1')), [])
    const nine = two('S0OPS00').replace('approvals: 2', 'approvals: 9')
    assert.deepEqual(problems(nine, group('U0ADA00', 'U0BACK1', 'U0TWIN1')), [
      never.replace('2 approvals', '9 approvals').replace('1 person', '3 people'),
    ])
    const unsure = { ...group('U0ADA00'), groupsRefused: 'paid_teams_only' }
    assert.deepEqual(problems(two('S0OPS00'), unsure), [], 'what is known of groups may be old')
    assert.deepEqual(problems(two("'@ada'"), { entries: undefined }), [], 'nobody is known')
  })

  const right = [
    '@ada',
    '@Ada',
    'U0ADA00',
    'S0OPS00',
    'ada@example.com',
    '@back',
    'round_robin("S0OPS00", "@ada")',
  ]
  for (const owner of right) test(`${owner} is right`, () => assert.deepEqual(problems(file(owner)), []))

  const wrong: [owner: string, said: RegExp][] = [
    [
      '@twin',
      /@twin is more than one here: The twin, U0TWIN1; The twin, U0TWIN2 \| write the id of who is meant, like U0TWIN1/,
    ],
    ['@ops', /@ops is more than one here: The ops, U0OPS00; The ops \(group\), S0OPS00/],
    ['@gone', /@gone is gone: deactivated/],
    ['U0GONE0', /U0GONE0 \(The gone\) is gone/],
    [
      'U0OTHER',
      /U0OTHER is no member and no group of this workspace \| guests and people of other organizations/,
    ],
    ['nobody@example.com', /nobody of this workspace has the address nobody@example\.com/],
    ['@nobody', /Slack knows nobody and no group called @nobody/],
    ['weighted("@ada" 2, "@twin" 1)', /@twin is more than one here/],
  ]
  for (const [name, said] of wrong) {
    test(`${name} as owner is refused`, () => assert.match(problems(file(name)).join('\n'), said))
    if (!name.includes('('))
      test(`${name} as reviewer, and in a role, is refused`, () => {
        assert.match(problems(file('@ada', name)).join('\n'), said)
        assert.match(problems(file('@ada'), {}, `roles: { leads: ['${name}'] }`).join('\n'), said)
      })
  }

  test('while Slack refuses to tell its groups, a name that nobody has is a warning', () => {
    const said = problems(file('@support'), { groupsRefused: 'paid_teams_only' })
    assert.match(
      said.join('\n'),
      /^warning: Slack knows nobody called @support, and refuses to tell its groups \(paid_teams_only\)/,
    )
  })

  test('each is said once, with whom it means', () => {
    assert.deepEqual(namesSaid(['@ada', 'ada@example.com', '@twin', '@back', '@nobody'], directory), [
      '@ada → Ada Lovelace, U0ADA00',
      'ada@example.com → Ada Lovelace, U0ADA00',
      '@back → The back, U0BACK1',
    ])
  })

  test('names that two have are found without a file, for a start', () => {
    assert.deepEqual(ambiguous(['@ada', '@twin', '@back', '@gone'], entries), [
      '@twin is more than one here: The twin, U0TWIN1; The twin, U0TWIN2',
    ])
  })

  test('a guest is named by an id alone', () => {
    assert.deepEqual(problems(file('@ada'), {}, 'people: { guests: [U0GUEST0] }'), [])
    assert.match(
      problems(file('@ada'), {}, 'people: { guests: ["@eve"] }').join('\n'),
      /write the id of a person in Slack/,
    )
  })
})
