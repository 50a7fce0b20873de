// Lint of the rules: names twice, no catch-all, conditions that can never hold, values read without has().
import { pathOf, pathsIn, walk } from '../../domain/cel/tree.ts'
import { compileLanguage } from '../../domain/compile/compile-language.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { type Checked, complaining } from './check-context.ts'
import { hasCatchAll } from './check-standards.ts'
import { neverMatching } from './covered-rules.ts'

export const ruleProblems = (checked: Checked): Problem[] => {
  const { parsed, definition, standards } = checked
  const complain = complaining(parsed)
  const problems: Problem[] = []
  const seen = new Map<string, number>()
  for (const [at, rule] of definition.rules.entries()) {
    if (seen.has(rule.name))
      problems.push(
        complain(
          'error',
          ['rules', at, 'rule'],
          `two rules are called "${rule.name}"`,
          'give each a name of its own',
        ),
      )
    seen.set(rule.name, at)
  }
  if (!hasCatchAll(definition) && !standards.standards.require.includes('catch_all'))
    problems.push(
      complain(
        'warning',
        ['rules', definition.rules.length - 1],
        'no last rule catches all: what matches none becomes an exception',
        "end with { rule: rest, when: 'true', route: … }",
      ),
    )
  const language = compileLanguage(definition, standards)
  const trees = definition.rules.map((rule) => {
    const compiled = rule.enabled ? language.onRecord(rule.when) : undefined
    // What is no question is complained about already.
    return compiled?.ok === true && ['bool', 'dyn'].includes(compiled.expression.type)
      ? compiled.expression.tree
      : undefined
  })
  for (const { position, because, hint } of neverMatching(trees, definition))
    problems.push(
      complain(
        'error',
        ['rules', position, 'when'],
        `rule "${definition.rules[position]?.name}" can never match: ${because}`,
        hint,
      ),
    )

  const optional = new Set([
    ...Object.entries(definition.fields)
      .filter(([, field]) => field.missing === 'ignore')
      .map(([name]) => name),
    ...Object.entries(definition.enrich)
      .filter(([, entry]) => entry.missing === 'ignore')
      .map(([name]) => name),
  ])
  for (const [position, tree] of trees.entries()) {
    if (!tree) continue
    const guarded = new Set<string>()
    walk(tree, (node) => {
      if (node.op === '.?' && pathOf(node.args[0])?.join('.') === 'record') guarded.add(node.args[1])
      if (node.op === 'call' && node.args[0] === 'has')
        for (const { path } of node.args[1].flatMap(pathsIn))
          if (path[0] === 'record') guarded.add(path[1] ?? '')
    })
    const bare = pathsIn(tree).find(
      ({ path }) => path[0] === 'record' && optional.has(path[1] ?? '') && !guarded.has(path[1] ?? ''),
    )
    if (bare)
      problems.push(
        complain(
          'warning',
          ['rules', position, 'when'],
          `rule "${definition.rules[position]?.name}" reads ${bare.path.slice(0, 2).join('.')}, which may be absent: the run would stop there`,
          `ask has(${bare.path.slice(0, 2).join('.')}) first, or write record.?${bare.path[1] ?? ''}.orValue(…)`,
        ),
      )
  }
  return problems
}
