// One rule to write or change: its name, what it asks, where it leads, who owns it.
import type { ModalView } from '@slack/types'
import type { ViewOutput } from '@slack/bolt'
import { shorten } from '../../domain/text/cut.ts'
import type { Definition, RuleDefinition } from '../../domain/workflow-file/definition.ts'
import { label as nameSchema, longestExpression, writtenOwnerFault } from '../../domain/text/text-kinds.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { splitOwners } from '../../db/people/owners.ts'
import { checkCondition } from '../../workflow/check/check-draft.ts'
import { limits, mrkdwn, plain } from '../text.ts'
import { type RulesAbout, rulesValue } from './rules.ts'

export interface RuleAsked {
  about: RulesAbout
  definition: Definition
  /** The rule that is changed; undefined: a new one. */
  rule: RuleDefinition | undefined
}

/** Slack's text input takes so much; longer expressions are changed in the file. */
const MOST_TYPED = 3000
const MOST_OPTIONS = 100

export function ruleModal({ about, definition, rule }: RuleAsked): ModalView {
  const routes = Object.entries(definition.routes)
  const options = routes.slice(0, MOST_OPTIONS).map(([key, { title }]) => ({
    text: plain(title === undefined ? key : `${title} (${key})`, limits.optionText),
    value: key,
  }))
  const chosen = options.find(({ value }) => value === rule?.route)
  const fields = Object.keys(definition.fields).map((name) => `record.${name}`)
  return {
    type: 'modal',
    callback_id: rule ? 'rule_change' : 'rule_add',
    private_metadata: rulesValue(about),
    title: { type: 'plain_text', text: rule ? 'Change a rule' : 'Add a rule' },
    submit: { type: 'plain_text', text: 'Into the draft' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'input',
        block_id: 'name',
        label: { type: 'plain_text', text: 'Name' },
        element: {
          type: 'plain_text_input',
          action_id: 'text',
          max_length: 120,
          ...(rule ? { initial_value: rule.name } : {}),
        },
      },
      {
        type: 'input',
        block_id: 'when',
        label: { type: 'plain_text', text: 'Holds when' },
        hint: {
          type: 'plain_text',
          text: shorten(`CEL, like record.amount > 500. Fields: ${fields.join(', ')}`, 2000),
        },
        element: {
          type: 'plain_text_input',
          action_id: 'text',
          multiline: true,
          max_length: MOST_TYPED,
          ...(rule ? { initial_value: rule.when.slice(0, MOST_TYPED) } : {}),
        },
      },
      {
        type: 'input',
        block_id: 'route',
        label: { type: 'plain_text', text: 'Leads to' },
        element: {
          type: 'static_select',
          action_id: 'choice',
          options,
          ...(chosen ? { initial_option: chosen } : {}),
        },
      },
      {
        type: 'input',
        block_id: 'owner',
        optional: true,
        label: { type: 'plain_text', text: 'Owner' },
        hint: { type: 'plain_text', text: '@person, @group, role:name; empty: the owner of the route.' },
        element: {
          type: 'plain_text_input',
          action_id: 'text',
          max_length: 500,
          ...(rule?.owner ? { initial_value: rule.owner.join(', ') } : {}),
        },
      },
      {
        type: 'context',
        elements: [mrkdwn('Nothing is live before the draft is published.')],
      },
    ],
  }
}

export type RuleRead = { rule: RuleDefinition } | { errors: Record<string, string> }

/** What was typed as a rule; or what is wrong with it, by the field it stands in. */
export function readRule(
  view: ViewOutput,
  { definition, rule: before }: Omit<RuleAsked, 'about'>,
  standards: Standards,
): RuleRead {
  const { values } = view.state
  const typed = (block: string): string => values[block]?.['text']?.value?.trim() ?? ''
  const errors: Record<string, string> = {}
  const name = nameSchema.safeParse(typed('name'))
  if (!name.success) errors['name'] = name.error.issues[0]?.message ?? 'write a name'
  else if (name.data !== before?.name && definition.rules.some((rule) => rule.name === name.data))
    errors['name'] = `There is a rule "${name.data}" already.`
  const when = typed('when')
  const wrong =
    before && before.when.length > MOST_TYPED
      ? `This expression is longer than Slack takes (up to ${longestExpression} in the file): change it there.`
      : checkCondition(definition, standards, when)
  if (wrong !== undefined) errors['when'] = wrong
  const route = values['route']?.['choice']?.selected_option?.value ?? ''
  if (!Object.hasOwn(definition.routes, route)) errors['route'] = 'Choose where it leads.'
  const owner = splitOwners(typed('owner'))
  const unreadable = owner.find((one) => writtenOwnerFault(one) !== undefined)
  if (unreadable !== undefined)
    errors['owner'] = `"${unreadable}" is no owner: ${writtenOwnerFault(unreadable)}`
  if (!name.success || Object.keys(errors).length > 0) return { errors }
  return {
    rule: {
      name: name.data,
      when,
      route,
      enabled: before?.enabled ?? true,
      ...(owner.length > 0 ? { owner } : {}),
    },
  }
}
