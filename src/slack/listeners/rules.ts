// The buttons and modals of /workflow rules. Whoever may not change them is told who may, in front of them alone.
import { labelsOf } from '../../db/people/people.ts'
import { ruleCounts } from '../../db/digest/counters.ts'
import { movedText } from '../../db/people/name-state.ts'
import {
  changeRules,
  discardDraft,
  type DraftPublished,
  notAllowed,
  publishDraft,
  readRules,
  type RulesView,
  shownDefinition,
  tryDraft,
  NO_DRAFT,
} from '../../workflow/publish/drafts.ts'
import type { RuleEdit } from '../../workflow/publish/rule-edits.ts'
import type { SlackDeps } from '../deps.ts'
import { messageView } from '../app/message-view.ts'
import { publishRulesModal } from '../modals/publish-rules.ts'
import { readRule, ruleModal } from '../modals/rule.ts'
import { readRulesValue, type RulesAbout, rulesModal } from '../modals/rules.ts'
import { openModal } from '../app/open-modal.ts'
import { escape, inline } from '../text.ts'
import { type ActionContext, type ViewContext, type SlackApp } from '../app/slack-app.ts'

const WEEK_MS = 7 * 24 * 3_600_000
const GONE = 'This workflow no longer exists.'

/**
 * The modal with the rules as they stand now; undefined: there is no such workflow. Asks anew whether this person may read
 * them: a window stays open for longer than a right may last.
 */
export async function rulesView(
  { db, clock, accessFor }: SlackDeps,
  { workflow, page, userId }: RulesAbout & { userId: string },
) {
  const access = await accessFor(userId)
  if (!(await access.may('read', workflow))) {
    const who = inline(await access.whoMay('read', workflow), 300)
    return messageView('Rules', `You can't read these rules. Ask ${who}.`)
  }
  const tx = db.prisma
  const view = await readRules(tx, workflow)
  if (!view) return undefined
  const counts = await ruleCounts(tx, workflow, new Date(clock().getTime() - WEEK_MS))
  const labels = await labelsOf(tx, view.draft ? [view.draft.changedBy] : [])
  return rulesModal({ view, counts, page, label: (id) => labels.get(id) ?? id })
}

type About = RulesAbout & { view: RulesView }

const say = ({ client, triggerId }: ActionContext, text: string) =>
  client.views.push({ trigger_id: triggerId, view: messageView('Rules', escape(text)) })

export function listenRules(app: SlackApp, deps: SlackDeps): void {
  const { db, clock } = deps

  /** Shows the rules anew in the modal that is at the bottom. */
  const redraw = async (
    { client, userId }: Pick<ActionContext, 'client' | 'userId'>,
    viewId: string | undefined,
    about: RulesAbout,
  ) => {
    const view = await rulesView(deps, { ...about, userId })
    if (viewId !== undefined && view) await client.views.update({ view_id: viewId, view })
  }

  /** A press by somebody who may; the others hear who may. */
  const allowed = (action: string, listener: (context: ActionContext, about: About) => Promise<unknown>) =>
    app.action(action, async (context) => {
      const about = readRulesValue(context.value)
      const view = about && (await readRules(db.prisma, about.workflow))
      if (!about || !view) return void (await say(context, GONE))
      const because = await notAllowed(db.prisma, view, context.userId)
      if (because !== undefined) return void (await say(context, because))
      await listener(context, { ...about, view })
    })

  const edits: Record<string, (name: string) => RuleEdit> = {
    rules_up: (name) => ({ do: 'move', name, by: -1 }),
    rules_down: (name) => ({ do: 'move', name, by: 1 }),
    rules_disable: (name) => ({ do: 'enable', name, enabled: false }),
    rules_enable: (name) => ({ do: 'enable', name, enabled: true }),
  }
  for (const [action, edit] of Object.entries(edits)) {
    allowed(action, async (context, about) => {
      const change = { actor: context.userId, at: clock(), edit: edit(about.rule ?? '') }
      const done = await changeRules(db, about.workflow, change)
      if (done.kind === 'changed') await redraw(context, context.viewId, about)
      else await say(context, done.because)
    })
  }

  for (const action of ['rules_edit', 'rules_add']) {
    allowed(action, async (context, { view, ...about }) => {
      const definition = shownDefinition(view)
      const found = definition.rules.find(({ name }) => name === about.rule)
      const rule = action === 'rules_edit' ? found : undefined
      if (action === 'rules_edit' && !rule) return say(context, 'This rule no longer exists.')
      return context.client.views.push({
        trigger_id: context.triggerId,
        view: ruleModal({ about, definition, rule }),
      })
    })
  }

  const submitRule = async ({ userId, view, client }: ViewContext, isNew: boolean) => {
    const about = readRulesValue(view.private_metadata)
    const rules = about && (await readRules(db.prisma, about.workflow))
    if (!about || !rules) return { do: 'show' as const, view: messageView('Rules', GONE) }
    const definition = shownDefinition(rules)
    const before = isNew ? undefined : definition.rules.find(({ name }) => name === about.rule)
    const read = readRule(view, { definition, rule: before }, rules.standards)
    if ('errors' in read) return { do: 'errors' as const, errors: read.errors }
    const edit: RuleEdit = isNew
      ? { do: 'add', rule: read.rule, after: about.rule ?? null }
      : { do: 'change', name: about.rule ?? '', rule: read.rule }
    const done = await changeRules(db, about.workflow, { actor: userId, at: clock(), edit })
    if (done.kind !== 'changed')
      return { do: 'show' as const, view: messageView('Rules', escape(done.because)) }
    await redraw({ client, userId }, view.root_view_id ?? undefined, about)
    return { do: 'close' as const }
  }
  app.view('rule_change', (context) => submitRule(context, false))
  app.view('rule_add', (context) => submitRule(context, true))

  app.action(/^rules_page:/, async (context) => {
    const about = readRulesValue(context.value)
    if (about) await redraw(context, context.viewId, about)
  })

  allowed('rules_discard', async (context, about) => {
    const done = await discardDraft(db, about.workflow, { actor: context.userId, at: clock() })
    if (done.kind === 'changed') await redraw(context, context.viewId, about)
    else await say(context, done.because)
  })

  allowed('rules_publish', ({ client, triggerId, userId }, { workflow, page }) =>
    openModal({ client, triggerId, title: 'Publish the rules', isOnTop: true }, async () => {
      const trial = await tryDraft(db, workflow, { actor: userId, at: clock() })
      return trial ? publishRulesModal(trial, page) : messageView('Rules', NO_DRAFT)
    }),
  )

  app.view('publish_rules', async ({ userId, view, client }) => {
    const about = readRulesValue(view.private_metadata)
    if (about?.revision === undefined) return { do: 'show', view: messageView('Rules', GONE) }
    const { note, force } = view.state.values
    const isForced = (force?.['choice']?.selected_options ?? []).some(({ value }) => value === 'force')
    const answer = await publishDraft(db, about.workflow, {
      actor: userId,
      at: clock(),
      revision: about.revision,
      note: note?.['text']?.value?.trim() ?? '',
      isForced,
    })
    const unmeant = answer.kind === 'more_unrouted' || answer.kind === 'untried'
    if (unmeant) return { do: 'errors', errors: { [force ? 'force' : 'note']: UNMEANT[answer.kind] } }
    const text = publishedText(answer)
    await redraw({ client, userId }, view.root_view_id ?? undefined, about)
    return { do: 'show', view: messageView('Rules', escape(text)) }
  })
}

const UNMEANT = {
  more_unrouted:
    'More events would be left without a rule than now: add one for them, or tick that you mean it.',
  untried: 'This draft was not tried for you: let its owner try it, or tick that you mean it.',
}

function publishedText(answer: Exclude<DraftPublished, { kind: keyof typeof UNMEANT }>): string {
  if (answer.kind === 'published') {
    const { title, number, moved } = answer.published
    return [
      `Version ${number} of ${title} decides from now on. signalbox export writes it into its file; signalbox rollback goes back.`,
      ...moved.map(movedText),
    ].join('\n')
  }
  if (answer.kind === 'moved_on')
    return `Version ${answer.number} was published since this draft was begun. Discard it and begin anew.`
  return answer.because
}
