import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bindNow, typedWithIds } from '../../src/db/people/members.ts'
import { namesOf, standardsWithIds } from '../../src/db/people/name-bindings.ts'
import { assignOwner, expandRoles, resolveOwner, splitOwners } from '../../src/db/people/owners.ts'
import { mayAct } from '../../src/db/people/people.ts'
import { emptyGroupsExcept, saveGroup, savePeople } from '../../src/db/people/people-sync.ts'
import { saveWorkspace } from '../../src/db/people/workspace.ts'
import { parseOwner } from '../../src/domain/people/owner.ts'
import { standardsSchema } from '../../src/domain/workflow-file/standards.ts'
import { openTestDatabase, type TestDatabase } from './open-database.ts'

const at = new Date('2026-01-05T10:00:00Z')
const standards = standardsSchema.parse({
  roles: { leads: ['@Ada', '@grace'], all: ['role:leads', '@support'], loop: ['role:loop'], gone: ['@gone'] },
})

const person = (id: string, handle: string, more: object = {}) => ({
  id,
  handle,
  name: handle,
  email: null,
  timezone: 'Europe/Berlin',
  teamId: 'TOURS',
  enterpriseId: null,
  isRestricted: false,
  isUltraRestricted: false,
  isStranger: false,
  isDeleted: false,
  isBot: false,
  awayUntil: null,
  ...more,
})

test('several owners are split at the commas outside brackets', () => {
  assert.deepEqual(splitOwners('@ada, weighted("@a" 3, "@b" 1),role:x'), [
    '@ada',
    'weighted("@a" 3, "@b" 1)',
    'role:x',
  ])
})

test('a role that names itself is nobody, not a fault', () => {
  assert.deepEqual(expandRoles(parseOwner('role:loop')?.of ?? [], standards), [])
})

describe('owners from the database', () => {
  let opened: TestDatabase
  before(async () => {
    opened = await openTestDatabase()
    const { prisma } = opened.database
    await saveWorkspace(prisma, { teamId: 'TOURS', enterpriseId: null }, at)
    await savePeople(
      prisma,
      [
        person('UADA00', 'ada', { email: 'ada@example.com' }),
        person('UGRACE', 'grace'),
        person('UGONE0', 'gone', { isDeleted: true }),
        person('UBOT00', 'robot', { isBot: true }),
      ],
      at,
    )
    await saveGroup(
      prisma,
      { id: 'SSUPPORT', handle: 'support', name: 'Support', members: ['UGRACE', 'UGONE0'], teamId: 'TOURS' },
      at,
    )
    await saveGroup(
      prisma,
      { id: 'SEMPTY', handle: 'empty', name: 'Empty', members: ['UGONE0'], teamId: 'TOURS' },
      at,
    )
  })
  after(() => opened.close())

  // As publishing binds them: a name without an id is nobody.
  const named = async (spec: string) => typedWithIds(opened.database.prisma, spec)
  const bound = async () => {
    const names = await bindNow(opened.database.prisma, namesOf(undefined, standards))
    return standardsWithIds(standards, names)
  }
  const may = async (actor: string, specs: string[]) =>
    mayAct(opened.database.prisma, actor, await Promise.all(specs.map(named)), await bound())
  const owner = async (spec: string, when = at) =>
    resolveOwner(opened.database.prisma, await named(spec), await bound(), when)
  const given = async () => (await assigned('@support, @ada'))?.label
  const assigned = async (spec: string) =>
    assignOwner(opened.database.prisma, await named(spec), await bound(), at)

  const cases: [string, string | undefined][] = [
    ['@ada', '@ada'],
    ['@ADA', '@ada'],
    ['@support', '@support'],
    ['role:leads', '@ada'],
    ['@gone', undefined],
    ['@gone, @grace', '@grace'],
    ['@robot', undefined],
    ['UBOT00', undefined],
    ['@empty', undefined],
    ['@nobody', undefined],
    ['role:gone', undefined],
    ['role:unknown', undefined],
    ['UADA00', '@ada'],
    ['SSUPPORT', '@support'],
    ['weighted("@gone" 3, "@grace" 1)', '@grace'],
    ['weighted("@ada" 0, "@grace" 1)', '@grace'],
    ['round_robin("@support")', '@grace'],
    ['', undefined],
  ]
  for (const [spec, label] of cases) {
    test(`"${spec}" is ${label ?? 'nobody'}`, async () => assert.equal((await owner(spec))?.label, label))
  }

  test('somebody who is away is stood in for by their cover, until they are back', async () => {
    const { prisma } = opened.database
    await prisma.person.update({
      where: { id: 'UADA00' },
      data: { awayUntil: new Date('2026-01-06T00:00:00Z'), coverId: 'UGRACE' },
    })
    assert.equal((await owner('@ada'))?.label, '@grace')
    assert.equal((await owner('@ada', new Date('2026-01-07T00:00:00Z')))?.label, '@ada')
    await prisma.person.update({ where: { id: 'UADA00' }, data: { awayUntil: null, coverId: null } })
  })

  test('a group whose members are all away is given nothing: the next who is named gets it', async () => {
    const { prisma } = opened.database
    assert.equal(await given(), '@support')
    await prisma.person.update({
      where: { id: 'UGRACE' },
      data: { awayUntil: new Date('2026-01-06T00:00:00Z') },
    })
    assert.equal(await given(), '@ada')
    assert.equal((await owner('@support'))?.label, '@support', 'who names it by hand may')
    await prisma.person.update({ where: { id: 'UGRACE' }, data: { awayUntil: null } })
  })

  test('who may act: named, in the group, or through a role; never the deactivated, nor anybody of an empty list', async () => {
    assert.equal(await may('UADA00', ['@ada']), true)
    assert.equal(await may('UADA00', ['@grace']), false)
    assert.equal(await may('UGRACE', ['@support']), true)
    assert.equal(await may('UGRACE', ['SSUPPORT']), true)
    assert.equal(await may('UGRACE', ['role:all']), true)
    assert.equal(await may('UADA00', ['role:all']), true)
    assert.equal(await may('cli:ada', ['@ada']), true)
    assert.equal(await may('cli:mallory', ['@ada']), false)
    assert.equal(await may('UGONE0', ['@gone', '@support']), false)
    assert.equal(await may('UBOT00', ['@robot']), false)
    assert.equal(await may('UADA00', []), false)
  })

  test('a name without an id is nobody, whoever has it as a handle', async () => {
    const { prisma } = opened.database
    assert.equal(await mayAct(prisma, 'UADA00', ['@ada', 'ada@example.com'], await bound()), false)
    assert.equal(await resolveOwner(prisma, '@ada, @support', await bound(), at), undefined)
  })

  test('a second sync changes what Slack changed and keeps what people set with us', async () => {
    const { prisma } = opened.database
    await prisma.person.update({ where: { id: 'UGRACE' }, data: { coverId: 'UADA00' } })
    await savePeople(prisma, [person('UGRACE', 'grace2', { timezone: null })], at)
    const grace = await prisma.person.findUniqueOrThrow({ where: { id: 'UGRACE' } })
    assert.deepEqual([grace.handle, grace.timezone, grace.coverId], ['grace2', null, 'UADA00'])
    await emptyGroupsExcept(prisma, ['SEMPTY'], at)
    assert.equal(await owner('@support'), undefined)
  })
})
