// The database says of everybody what isMember says; and whom a name, an address or a claim at the command line means.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Prisma } from '../../src/db/generated/client.ts'
import { bindNow, memberOf } from '../../src/db/people/members.ts'
import { savePeople } from '../../src/db/people/people-sync.ts'
import { isMemberSql, readWorkspace, saveWorkspace, workspaceSql } from '../../src/db/people/workspace.ts'
import { isMember } from '../../src/domain/people/membership.ts'
import { noStandards } from '../../src/domain/workflow-file/standards.ts'
import { openTestDatabase, type OpenTestDatabase } from '../database.ts'

const at = new Date('2026-01-05T10:00:00Z')
let opened: OpenTestDatabase
before(async () => {
  opened = await openTestDatabase()
})
after(() => opened.close())

const flags = [false, true]
let n = 0
const everybody = ['TOURS', 'TTWO', 'EOURS', null].flatMap((teamId) =>
  [null, 'EOURS', 'EOTHER'].flatMap((enterpriseId) =>
    flags.flatMap((isRestricted) =>
      flags.flatMap((isUltraRestricted) =>
        flags.flatMap((isStranger) =>
          flags.flatMap((isBot) =>
            flags.map((isDeleted) => {
              n += 1
              const id = `U${String(n).padStart(5, '0')}`
              const facts = {
                teamId,
                enterpriseId,
                isRestricted,
                isUltraRestricted,
                isStranger,
                isBot,
                isDeleted,
              }
              return { id, handle: `p${n}`, name: id, email: null, timezone: null, awayUntil: null, ...facts }
            }),
          ),
        ),
      ),
    ),
  ),
)

test('the condition in SQL is isMember, for every combination of facts', async () => {
  const { prisma } = opened.database
  assert.equal(await readWorkspace(prisma), undefined, 'nobody is a member before Slack was asked')
  await savePeople(prisma, everybody, at)
  const guests = everybody.filter((_, place) => place % 7 === 0).map(({ id }) => id)
  for (const enterpriseId of [null, 'EOURS'])
    for (const named of [[], guests]) {
      await saveWorkspace(prisma, { teamId: 'TOURS', enterpriseId }, at)
      await prisma.standards.create({
        data: {
          contentHash: 'x',
          source: '',
          content: { ...noStandards, people: { guests: named } },
          publishedBy: 'test',
        },
      })
      const ours = await readWorkspace(prisma)
      assert.deepEqual(ours, { teamId: 'TOURS', enterpriseId, guests: named })
      const rows = await prisma.$queryRaw<{ id: string }[]>(
        Prisma.sql`SELECT p.id FROM person p, ${workspaceSql} WHERE ${isMemberSql} ORDER BY p.id`,
      )
      const expected = everybody.filter((person) =>
        isMember(person, { teamId: 'TOURS', enterpriseId, guests: named }),
      )
      assert.ok(expected.length > 0)
      assert.deepEqual(
        rows.map(({ id }) => id),
        expected.map(({ id }) => id),
      )
    }
})

const about = (id: string, handle: string, more: object = {}) => ({
  email: null,
  timezone: null,
  awayUntil: null,
  enterpriseId: null,
  isRestricted: false,
  isUltraRestricted: false,
  isStranger: false,
  isBot: false,
  id,
  handle,
  name: handle,
  isDeleted: false,
  teamId: 'TOURS',
  ...more,
})

test('a name means one member; of two, or of none of ours, nobody', async () => {
  const { prisma } = opened.database
  await saveWorkspace(prisma, { teamId: 'TOURS', enterpriseId: 'EOURS' }, at)
  await savePeople(
    prisma,
    [
      about('UADA00', 'ada', { email: 'Ada@Example.com' }),
      about('UADAX0', 'ada', { teamId: 'TOTHER' }),
      about('UTWIN1', 'twin'),
      about('UTWIN2', 'twin', { teamId: 'TTWO', enterpriseId: 'EOURS' }),
      about('UONLY0', 'elsewhere', { teamId: 'TOTHER' }),
    ],
    at,
  )
  assert.deepEqual(
    [...(await bindNow(prisma, ['@ada', '@twin', '@elsewhere', '@nobody', 'ada@example.com']))],
    [
      ['@ada', 'UADA00'],
      ['@twin', null],
      ['@elsewhere', null],
      ['@nobody', null],
      ['ada@example.com', 'UADA00'],
    ],
  )
  const who = async (actor: string) => (await memberOf(prisma, actor))?.id
  assert.equal(await who('UADA00'), 'UADA00')
  assert.equal(await who('UADAX0'), undefined)
  assert.equal(await who('cli:ada@laptop'), 'UADA00')
  assert.equal(await who('cli:root@laptop as @ada'), 'UADA00')
  assert.equal(await who('cli:root@laptop as UADA00'), 'UADA00')
  assert.equal(await who('cli:root@laptop as UADAX0'), undefined)
  assert.equal(await who('cli:root@laptop as @twin'), undefined)
  for (const odd of [
    '',
    '@ada',
    'cli:',
    'cli:@',
    'cli:root@laptop as',
    'cli:x as role:leads',
    'UADA00 ',
    "' OR '1'='1",
  ])
    assert.equal(await who(odd), undefined, odd)
})
