import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAll } from '../../src/workflow/file/load.ts'

const source = `
workflow: leads
title: Leads
team: sales
owner: "@ada"
trigger: { webhook: { verify: { scheme: none } } }
rules: [ { rule: all, when: 'true', route: end } ]
routes: { end: { outcome: achieved } }
`
const problemsOf = (team: string) =>
  checkAll(
    [{ file: 'leads.yaml', source }],
    `digests: { ours: { cron: "0 9 * * 1", channel: "#sales", team: ${team} } }`,
    'signalbox.yaml',
  )
    .problems.filter(({ file }) => file === 'signalbox.yaml')
    .map(({ severity, message, hint, line }) => ({ severity, message, hint, line }))

test('a digest of a team that no workflow has is named, with the team that was meant', () => {
  assert.deepEqual(problemsOf('sales'), [])
  assert.deepEqual(problemsOf('salse'), [
    {
      severity: 'warning',
      message: 'no workflow has the team "salse"',
      hint: 'did you mean sales?',
      line: 1,
    },
  ])
})
