// Who acts at the command line, as one line of the audit that nobody can write into.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actorText, claimedBy, commandLineId } from '../../src/domain/people/actor.ts'

describe('an actor at the command line', () => {
  const cases: [login: string, host: string, as: string | undefined, id: string][] = [
    ['grace', 'laptop', undefined, 'cli:grace@laptop'],
    ['grace', 'laptop', '@Ada', 'cli:grace@laptop as @ada'],
    ['grace', 'laptop', 'ada', 'cli:grace@laptop as @ada'],
    ['grace', 'laptop', 'U0ADA00001', 'cli:grace@laptop as U0ADA00001'],
    ['grace', 'laptop', 'ada@example.com', 'cli:grace@laptop as ada@example.com'],
    ['DOMAIN\\grace h', 'lap top\n', '@ada', 'cli:DOMAINgraceh@laptop as @ada'],
    ['grace as @ada', 'x', undefined, 'cli:graceasada@x'],
    ['', '', undefined, 'cli:unknown@unknown'],
    ['grace', 'laptop', '@ada\u001B[2J\nengine', 'cli:grace@laptop as @ada2jengine'],
    ['grace', 'laptop', '@ada as @root', 'cli:grace@laptop as @adaas@root'],
    [
      'a'.repeat(500),
      'b'.repeat(500),
      `@${'c'.repeat(500)}`,
      `cli:${'a'.repeat(64)}@${'b'.repeat(64)} as @${'c'.repeat(127)}`,
    ],
  ]
  for (const [login, host, as, id] of cases)
    test(JSON.stringify([login, host, as]).slice(0, 60), () =>
      assert.equal(commandLineId({ login, host, as }), id),
    )

  test('claims to be whom --as says, else whom the login is; who is not there claims nothing', () => {
    const claims: [string, unknown][] = [
      ['cli:grace@laptop as @ada', { kind: 'handle', handle: 'ada' }],
      ['cli:grace@laptop as U0ADA00001', { kind: 'id', id: 'U0ADA00001' }],
      ['cli:grace@laptop as a@b.example', { kind: 'email', email: 'a@b.example' }],
      ['cli:grace@laptop', { kind: 'handle', handle: 'grace' }],
      ['cli:grace@laptop as @adaas@root', undefined],
      ['cli:grace@laptop as round_robin("@x")', undefined],
      ['U0ADA00001', undefined],
      ['engine', undefined],
    ]
    for (const [actor, claim] of claims) assert.deepEqual(claimedBy(actor), claim, actor)
  })

  test('is read without our prefix', () => {
    assert.equal(actorText('cli:grace@laptop as @ada'), 'grace@laptop as @ada')
    assert.equal(actorText('U0ADA00001'), 'U0ADA00001')
  })
})
