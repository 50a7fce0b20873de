// One change of a list of rules, as a person makes it: add, change, move, disable.
import type { RuleDefinition } from '../../domain/workflow-file/definition.ts'

export type RuleEdit =
  /** Below the rule `after`; null: at the top. */
  | { do: 'add'; rule: RuleDefinition; after: string | null }
  | { do: 'change'; name: string; rule: RuleDefinition }
  | { do: 'move'; name: string; by: -1 | 1 }
  | { do: 'enable'; name: string; enabled: boolean }

export interface Edited {
  rules: RuleDefinition[]
  /** The rule before and after, with the place (from 1) it stands at; null: there was none. */
  before: (RuleDefinition & { place: number }) | null
  after: RuleDefinition & { place: number }
}

/** undefined: the rule is not there (any more), or cannot be moved further. */
export function editRules(rules: readonly RuleDefinition[], edit: RuleEdit): Edited | undefined {
  if (edit.do === 'add') {
    const above = edit.after === null ? -1 : rules.findIndex(({ name }) => name === edit.after)
    if (edit.after !== null && above < 0) return undefined
    const place = above + 2
    return {
      rules: rules.toSpliced(place - 1, 0, edit.rule),
      before: null,
      after: { ...edit.rule, place },
    }
  }
  const at = rules.findIndex(({ name }) => name === edit.name)
  const old = rules[at]
  if (!old) return undefined
  const before = { ...old, place: at + 1 }
  if (edit.do === 'move') {
    const to = at + edit.by
    if (to < 0 || to >= rules.length) return undefined
    const moved = rules.toSpliced(at, 1).toSpliced(to, 0, old)
    return { rules: moved, before, after: { ...old, place: to + 1 } }
  }
  const rule = edit.do === 'enable' ? { ...old, enabled: edit.enabled } : edit.rule
  return { rules: rules.with(at, rule), before, after: { ...rule, place: at + 1 } }
}
