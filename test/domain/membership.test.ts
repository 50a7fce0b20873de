// Who is one of us: every combination of what Slack says of somebody, and the same in SQL.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  isFromUs,
  isMember,
  isOurTeam,
  type PersonFacts,
  type Workspace,
} from '../../src/domain/people/membership.ts'

const ours: Workspace = { teamId: 'TOURS', enterpriseId: null, guests: [] }
const grid: Workspace = { ...ours, enterpriseId: 'EOURS' }
const ada: PersonFacts = {
  id: 'UADA00',
  teamId: 'TOURS',
  enterpriseId: null,
  isRestricted: false,
  isUltraRestricted: false,
  isStranger: false,
  isBot: false,
  isDeleted: false,
}

describe('who is one of us', () => {
  const cases: [what: string, person: Partial<PersonFacts>, workspace: Workspace, is: boolean][] = [
    ['a person of our team', {}, ours, true],
    ['a person of another team', { teamId: 'TOTHER' }, ours, false],
    ['somebody of whose team Slack has not said anything', { teamId: null }, ours, false],
    ['a guest of several channels', { isRestricted: true }, ours, false],
    ['a guest of one channel', { isUltraRestricted: true }, ours, false],
    ['a stranger, even with our team on them', { isStranger: true }, ours, false],
    ['a bot', { isBot: true }, ours, false],
    ['somebody deactivated', { isDeleted: true }, ours, false],
    ['on Grid: another team of the same organization', { teamId: 'TTWO', enterpriseId: 'EOURS' }, grid, true],
    ['on Grid: another organization', { teamId: 'TTWO', enterpriseId: 'EOTHER' }, grid, false],
    ['on Grid: another team that belongs to no organization', { teamId: 'TTWO' }, grid, false],
    [
      'on Grid: a guest of another team',
      { teamId: 'TTWO', enterpriseId: 'EOURS', isRestricted: true },
      grid,
      false,
    ],
    ['on Grid: a stranger', { enterpriseId: 'EOURS', isStranger: true }, grid, false],
    [
      'off Grid, their organization counts for nothing',
      { teamId: 'TTWO', enterpriseId: 'EOURS' },
      ours,
      false,
    ],
    ['a guest whom signalbox.yaml names', { isRestricted: true }, { ...ours, guests: ['UADA00'] }, true],
    [
      'of another organization, and named',
      { teamId: 'TOTHER', isStranger: true },
      { ...ours, guests: ['UADA00'] },
      true,
    ],
    ['a guest where another one is named', { isRestricted: true }, { ...ours, guests: ['UADA01'] }, false],
    ['a named guest who was deactivated', { isDeleted: true }, { ...ours, guests: ['UADA00'] }, false],
    ['a bot that is named', { isBot: true }, { ...ours, guests: ['UADA00'] }, false],
  ]
  for (const [what, person, workspace, is] of cases)
    test(`${what}: ${is ? 'yes' : 'no'}`, () => assert.equal(isMember({ ...ada, ...person }, workspace), is))

  const origins: [
    what: string,
    teamIds: string[],
    enterpriseId: string | null,
    workspace: Workspace,
    is: boolean,
  ][] = [
    ['our team', ['TOURS', 'TOURS'], null, ours, true],
    ['our team and another', ['TOURS', 'TOTHER'], null, ours, false],
    ['no team', [], null, ours, false],
    ['no team, of some organization', [], 'EOURS', ours, false],
    ['no team, of our organization', [], 'EOURS', grid, true],
    ['no team, of another organization', [], 'EOTHER', grid, false],
    ['another team of our organization', ['TTWO'], 'EOURS', grid, true],
  ]
  for (const [what, teamIds, enterpriseId, workspace, is] of origins)
    test(`from ${what}: ${is ? 'let in' : 'refused'}`, () =>
      assert.equal(isFromUs({ teamIds, enterpriseId }, workspace), is))

  test('an id of an organization stands for its teams on Grid alone', () => {
    assert.equal(isOurTeam({ teamId: 'EOURS' }, grid), true)
    assert.equal(isOurTeam({ teamId: 'EOURS' }, ours), false)
  })
})
