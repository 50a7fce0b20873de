// /workflow run <workflow> key=value …
import { workflowHealth } from '../../db/workflows/workflow-health.ts'
import { nearest } from '../../workflow/nearest.ts'
import { inline } from '../text.ts'
import type { Subcommand } from './command.ts'
import { mayNot } from './pause.ts'

export const run: Subcommand = {
  name: 'run',
  takesPairs: true,
  usage: 'run <workflow> key=value …',
  example: 'run order-delivery order_id=1042',
  does: 'starts a run with these values',
  async answer({ db, clock, runWorkflow }, { words, pairs }, { userId, triggerId }) {
    const [workflow, ...rest] = words
    if (workflow === undefined) return 'Which workflow? Like `/workflow run order-delivery order_id=1042`.'
    if (rest.length > 0) {
      return `Write values as key=value, like \`order_id=1042\`; \`${inline(rest[0] ?? '')}\` has no key. Put quotes around values with spaces.`
    }
    const answer = await runWorkflow({
      workflow,
      args: pairs,
      actor: userId,
      dedupeKey: `command:${triggerId}`,
    })
    if ('run' in answer) {
      return `Started: *${inline(workflow)}*, run \`${answer.run}\`. \`/workflow status ${answer.run}\` says how it goes.`
    }
    if (answer.kind === 'not_allowed') return mayNot(answer.who)
    const keys = (await workflowHealth(db.prisma, { at: clock() })).map(({ key }) => key)
    const near = keys.includes(workflow) ? undefined : nearest(workflow, keys)
    return `${inline(answer.message, 500)}${near === undefined ? '' : ` Did you mean \`${near}\`?`}`
  },
}
