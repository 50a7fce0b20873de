// The rules of a workflow in order: what each asks, where it leads, how often it decided; with buttons to change them.
import type { Button, KnownBlock, ModalView } from '@slack/types'
import type { RuleDefinition } from '../../domain/workflow-file/definition.ts'
import { difference } from '../../workflow/publish/difference.ts'
import { type RulesView, shownDefinition } from '../../workflow/publish/drafts.ts'
import { cut, escape, inline, moment, mrkdwn } from '../text.ts'

/** Two blocks a rule; a modal takes a hundred. */
const RULES_A_PAGE = 40
const MOST_CHANGES = 15

/** What a button or a modal of the rules carries: which workflow, which rule, which page is looked at. */
export interface RulesAbout {
  workflow: string
  rule?: string
  page: number
  /** Of the draft as it was shown, when it is to be published. */
  revision?: number
}

export const rulesValue = (about: RulesAbout): string => JSON.stringify(about)

/** undefined: not ours. */
export function readRulesValue(text: string): RulesAbout | undefined {
  try {
    const { workflow, rule, page, revision } = JSON.parse(text) as Record<string, unknown>
    if (typeof workflow !== 'string' || typeof page !== 'number') return undefined
    return {
      workflow,
      page,
      ...(typeof rule === 'string' ? { rule } : {}),
      ...(typeof revision === 'number' ? { revision } : {}),
    }
  } catch {
    return undefined
  }
}

export interface RulesShown {
  view: RulesView
  /** How often each rule decided in the last seven days. */
  counts: Map<string, number>
  page: number
  /** By Slack id. */
  label: (id: string) => string
}

/** An expression as code: nothing in it is read as formatting. */
const code = (text: string, most = 300): string =>
  `\`${escape(cut(text.replaceAll(/\s+/g, ' '), most)).replaceAll('`', "'")}\``

const button = (action: string, text: string, value: string): Button => ({
  type: 'button',
  action_id: action,
  text: { type: 'plain_text', text },
  value,
})

function ruleBlocks(rule: RuleDefinition, at: number, { view, counts, page }: RulesShown): KnownBlock[] {
  const { name, when, route, owner, enabled } = rule
  const about = rulesValue({ workflow: view.workflow, rule: name, page })
  const count = counts.get(name) ?? 0
  const facts = [
    `→ *${inline(route)}*`,
    ...(owner ? [`owner ${inline(owner.join(', '))}`] : []),
    `${count} in 7 days`,
  ]
  const title = `*${at + 1}. ${inline(name, 120)}*${enabled ? '' : ' _disabled_'}`
  const last = shownDefinition(view).rules.length - 1
  return [
    { type: 'section', text: mrkdwn(`${title}  ${facts.join(', ')}\n${code(when)}`) },
    {
      type: 'actions',
      block_id: `rule_${at + 1}`,
      elements: [
        button('rules_edit', 'Edit', about),
        ...(at > 0 ? [button('rules_up', 'Up', about)] : []),
        ...(at < last ? [button('rules_down', 'Down', about)] : []),
        enabled ? button('rules_disable', 'Disable', about) : button('rules_enable', 'Enable', about),
        button('rules_add', 'Add below', about),
      ],
    },
  ]
}

function draftBlocks({ view, page, label }: RulesShown): KnownBlock[] {
  const { live, draft, workflow } = view
  const about = rulesValue({ workflow, page })
  if (!draft) {
    const text = `Version ${live.number} decides. A change begins a draft; nothing is live before it is published.`
    return [{ type: 'context', elements: [mrkdwn(text)] }]
  }
  const changes = difference(live.definition, draft.definition).map(
    ({ text }) => `• ${escape(cut(text, 200))}`,
  )
  const more = changes.length - MOST_CHANGES
  const lines = [...changes.slice(0, MOST_CHANGES), ...(more > 0 ? [`and ${more} more`] : [])]
  const stale =
    draft.basedOn === live.number
      ? ''
      : `\n:warning: Version ${live.number} was published since this draft was begun from version ${draft.basedOn}: discard it and begin anew.`
  const head = `*Draft*, last changed by ${inline(label(draft.changedBy))} ${moment(draft.changedAt)}; version ${live.number} decides until it is published.${stale}`
  return [
    { type: 'section', text: mrkdwn(`${head}\n${lines.join('\n') || 'Nothing differs from what is live.'}`) },
    {
      type: 'actions',
      block_id: 'draft',
      elements: [
        { ...button('rules_publish', 'Try and publish…', about), style: 'primary' },
        button('rules_discard', 'Discard', about),
      ],
    },
  ]
}

function pageBlocks({ view, page }: RulesShown, count: number): KnownBlock[] {
  const pages = Math.ceil(count / RULES_A_PAGE)
  if (pages <= 1) return []
  const to = (next: number) => rulesValue({ workflow: view.workflow, page: next })
  return [
    {
      type: 'actions',
      elements: [
        ...(page > 0 ? [button('rules_page:before', 'Rules before', to(page - 1))] : []),
        ...(page < pages - 1 ? [button('rules_page:after', 'Rules after', to(page + 1))] : []),
      ],
    },
  ]
}

export function rulesModal(shown: RulesShown): ModalView {
  const { view, page } = shown
  const { rules, title } = shownDefinition(view)
  const first = page * RULES_A_PAGE
  return {
    type: 'modal',
    private_metadata: rulesValue({ workflow: view.workflow, page }),
    title: { type: 'plain_text', text: 'Rules' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      {
        type: 'section',
        block_id: 'top',
        text: mrkdwn(`*${inline(title)}*: ${rules.length} rules, in order; the first that holds wins.`),
        accessory: button('rules_add', 'Add on top', rulesValue({ workflow: view.workflow, page })),
      },
      ...draftBlocks(shown),
      { type: 'divider' },
      ...rules.slice(first, first + RULES_A_PAGE).flatMap((rule, at) => ruleBlocks(rule, first + at, shown)),
      ...pageBlocks(shown, rules.length),
    ],
  }
}
