// /workflow rules <workflow> and /workflow simulate <workflow>
import { lastShadow } from '../../db/workflows/shadows.ts'
import { workflowHealth } from '../../db/workflows/workflow-health.ts'
import { tryDraft } from '../../workflow/publish/drafts.ts'
import { nearest } from '../../workflow/nearest.ts'
import { trialLines } from '../answers/rehearsal.ts'
import type { SlackDeps } from '../deps.ts'
import { rulesView } from '../listeners/rules.ts'
import { messageView } from '../app/message-view.ts'
import { openModal } from '../app/open-modal.ts'
import { escape, inline, mrkdwn } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'
import type { Subcommand } from './command.ts'
import { mayNot } from './pause.ts'

/** What to say when there is no such workflow, or when it is not theirs to read; undefined otherwise. */
async function unknown(
  { db, clock, accessFor }: SlackDeps,
  { workflow, like, userId }: { workflow: string | undefined; like: string; userId: string },
): Promise<Reply | string | undefined> {
  if (workflow === undefined) return `Which workflow? Like \`/workflow ${like} order-delivery\`.`
  const keys = (await workflowHealth(db.prisma, { at: clock() })).map(({ key }) => key)
  if (keys.includes(workflow)) {
    const access = await accessFor(userId)
    return (await access.may('read', workflow)) ? undefined : mayNot(await access.whoMay('read', workflow))
  }
  const near = nearest(workflow, keys)
  return `There is no workflow \`${inline(workflow)}\`.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`
}

export const rules: Subcommand = {
  name: 'rules',
  usage: 'rules <workflow>',
  example: 'rules order-delivery',
  does: 'its rules in order with how often each decided; change, try and publish them',
  async answer(deps, { words: [workflow = ''] }, { userId, triggerId, client }) {
    const wrong = await unknown(deps, { workflow: workflow || undefined, like: 'rules', userId })
    if (wrong !== undefined) return wrong
    await openModal(
      { client, triggerId, title: 'Rules' },
      async () =>
        (await rulesView(deps, { workflow, page: 0, userId })) ?? messageView('Rules', 'Not found.'),
    )
    return `The rules of *${inline(workflow)}* are open in front of you.`
  },
}

export const simulate: Subcommand = {
  name: 'simulate',
  usage: 'simulate <workflow>',
  example: 'simulate order-delivery',
  does: 'what its draft would move of the last 500 events',
  async answer(deps, { words: [workflow = ''] }, { userId }) {
    const wrong = await unknown(deps, { workflow: workflow || undefined, like: 'simulate', userId })
    if (wrong !== undefined) return wrong
    const { prisma } = deps.db
    const trial = await tryDraft(deps.db, workflow, { actor: userId, at: deps.clock() })
    if (!trial) {
      const shadow = await lastShadow(prisma, workflow)
      const beside =
        shadow?.endedAs === null
          ? ` Version ${shadow.number} runs in shadow mode: ${shadow.different} of ${shadow.decided} decisions differ from the live version.`
          : ''
      return `Nobody is changing the rules of *${inline(workflow)}*: \`/workflow rules ${workflow}\` begins a draft.${beside}`
    }
    const { errors } = trial
    if (errors.length > 0)
      return `The draft does not hold together:\n${errors.map(({ message }) => `• ${escape(message)}`).join('\n')}`.slice(
        0,
        3000,
      )
    return {
      text: `The draft of ${inline(workflow)}, tried`,
      blocks: [
        {
          type: 'section',
          text: mrkdwn([`*Draft of ${inline(workflow)}*`, ...trialLines(trial)].join('\n')),
        },
      ],
    }
  },
}
