// Runs that are over, with everything that a run can leave behind: an approval with a note, a correction, an action that
// was done and one that was refused, a rejection.
import assert from 'node:assert/strict'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import type { Bot } from '../bot.ts'
import type { Target } from '../target.ts'

const flow = (url: string) => `
workflow: payouts
owner: "@ada"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields: { id: { type: string }, amount: { type: number } }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: "@ada" }
    actions:
      - { action: pay, http: { method: POST, url: "${url}/pay", json: { id: "\${record.id}" } } }
      - { action: tell, http: { method: POST, url: "${url}/tell", json: { id: "\${record.id}" } } }
    outcome: achieved
`

export interface Over {
  approved: string
  fixed: string
  refused: string
}

/** Needs `ALLOW_PRIVATE_TARGETS: '127.0.0.1'`. */
export async function makeOver(bot: Bot, target: Target): Promise<Over> {
  const { prisma } = bot.app.db
  await bot.publish({ payouts: flow(target.url) })
  const ada = await prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
  const resolve = async (runId: string, resolution: Resolution) => {
    const { id } = await prisma.exception.findFirstOrThrow({ where: { runId, state: 'open' } })
    const answer = await bot.app.resolve({
      exceptionId: id,
      actor: { id: ada.id, surface: 'slack' },
      resolution,
    })
    assert.equal(answer.kind, 'resolved')
    await bot.untilIdle()
  }
  const send = async (event: object) => {
    const { body } = await bot.send('payouts', event)
    await bot.untilIdle()
    return body.run
  }
  const approved = await send({ id: 'p-1', amount: 1 })
  await resolve(approved, { do: 'approve', note: 'fine with me' })
  const fixed = await send({ id: 'p-2' })
  await resolve(fixed, { do: 'fix', corrections: { amount: '2' } })
  await resolve(fixed, { do: 'decline', note: 'not this one' })
  const refused = await send({ id: 'p-3', amount: 3 })
  target.answerWith(422)
  await resolve(refused, { do: 'approve' })
  await resolve(refused, { do: 'dismiss', note: 'they do not take it' })
  assert.equal(await prisma.run.count({ where: { workflowKey: 'payouts', state: 'ended' } }), 3)
  return { approved, fixed, refused }
}

/** Changes of what is over. None may go through, in whatever session. */
export const changesOfWhatIsOver: string[] = [
  `UPDATE exception SET resolved_by = 'U1' WHERE state = 'resolved'`,
  `UPDATE exception SET resolved_as = 'approved' WHERE resolved_as = 'dismissed'`,
  `UPDATE exception SET resolved_note = 'another' WHERE state = 'resolved'`,
  `UPDATE exception SET resolved_at = resolved_at - interval '1 day' WHERE state = 'resolved'`,
  `UPDATE exception SET approvals = '["U1"]' WHERE state = 'resolved'`,
  `UPDATE exception SET state = 'open', resolved_as = NULL, resolved_by = NULL, resolved_at = NULL WHERE state = 'resolved'`,
  `UPDATE exception SET data = '{}' WHERE state = 'resolved'`,
  `UPDATE record SET fields = '{"amount": 1000}'`,
  `UPDATE record SET corrections = '{}', sources = '{}'`,
  `UPDATE record SET run_id = 'run_x'`,
  `UPDATE run SET subject = 'another'`,
  `UPDATE run SET version_id = (SELECT max(id) FROM workflow_version)`,
  `UPDATE run SET state = 'in_flight', stage = 'decide' WHERE state = 'ended'`,
  `UPDATE run SET route = 'another' WHERE state = 'ended'`,
  `UPDATE run SET redeliveries = -1`,
  `UPDATE attempt SET answer = 'another'`,
  `UPDATE attempt SET status = 200, state = 'done' WHERE state = 'refused'`,
  `UPDATE attempt SET state = 'started'`,
  `UPDATE attempt SET request = '{"body": 1}'`,
  `UPDATE attempt SET target = 'another'`,
  'DELETE FROM attempt',
  `UPDATE outcome SET kind = 'failed'`,
  `UPDATE counter SET count = 0`,
]
