// The shortcuts: start a workflow from anywhere, or make a message a run.
import { commandWorkflows } from '../../db/workflows/workflow-health.ts'
import type { SlackDeps } from '../deps.ts'
import { messageView } from '../app/message-view.ts'
import { readValues, START, startModal } from '../modals/start-workflow.ts'
import { openModal } from '../app/open-modal.ts'
import { cut, inline } from '../text.ts'
import { type ShortcutContext, type SubmitAnswer, type SlackApp } from '../app/slack-app.ts'

const NONE = messageView(
  'Start a workflow',
  'There is no workflow that you can start: its trigger has no `command`, or it isn’t open to you.',
)

const open =
  ({ db, accessFor }: SlackDeps, values: (context: ShortcutContext) => string) =>
  async (context: ShortcutContext): Promise<void> =>
    openModal(
      { client: context.client, triggerId: context.triggerId, title: 'Start a workflow' },
      async () => {
        const access = await accessFor(context.userId)
        const all = await commandWorkflows(db.prisma)
        const mayStart = await Promise.all(all.map(({ key }) => access.may('start', key)))
        const choices = all.filter((_one, at) => mayStart[at])
        return choices.length === 0 ? NONE : startModal(choices, values(context))
      },
    )

export function listenStartWorkflow(app: SlackApp, deps: SlackDeps): void {
  app.shortcut(
    'start_workflow',
    open(deps, () => ''),
  )
  app.shortcut(
    'make_run',
    open(deps, ({ message, channelId }) => {
      const text = (message?.text ?? '').replaceAll(/\s+/g, ' ').slice(0, 2000)
      return [`text=${text}`, `channel=${channelId ?? ''}`, `ts=${message?.ts ?? ''}`].join('\n')
    }),
  )
  app.view('start_workflow', async ({ userId, view }): Promise<SubmitAnswer> => {
    const { values } = view.state
    const workflow = values[START.workflow]?.[START.action]?.selected_option?.value ?? ''
    const read = readValues(values[START.values]?.[START.action]?.value ?? '')
    if ('problem' in read) return { do: 'errors', errors: { [START.values]: read.problem } }
    const answer = await deps.runWorkflow({
      workflow,
      args: read.args,
      actor: userId,
      dedupeKey: `view:${view.id}`,
    })
    if ('kind' in answer && answer.kind === 'not_allowed')
      return {
        do: 'errors',
        errors: { [START.workflow]: cut(`You can't start this. Ask ${answer.who}.`, 300) },
      }
    if (!('run' in answer)) return { do: 'errors', errors: { [START.workflow]: answer.message } }
    return {
      do: 'show',
      view: messageView(
        'Started',
        `*${inline(workflow)}* has begun: \`${inline(answer.run)}\`.\n\`/workflow status ${inline(answer.run)}\` says how it goes.`,
      ),
    }
  })
}
