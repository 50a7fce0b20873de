// Everything that is wrong with one workflow file, at once: expressions, references, rules, standards, tests.
import { tryCompileWorkflow } from '../domain/compile.ts'
import type { Problem } from '../domain/problem.ts'
import type { Standards } from '../domain/standards.ts'
import { type CheckContext, type Checked, complaining } from './check-context.ts'
import { expressionProblems } from './check-expressions.ts'
import { referenceProblems } from './check-references.ts'
import { ruleProblems } from './check-rules.ts'
import { standardProblems } from './check-standards.ts'
import { worldProblems } from './check-world.ts'
import type { ParsedWorkflow } from './parse.ts'
import { runWorkflowTests } from './run-tests.ts'

/** Nothing may be published while one of these is an error. */
export const checkWorkflow = (
  parsed: ParsedWorkflow,
  standards: Standards,
  context: CheckContext = {},
): Problem[] => {
  const { definition } = parsed
  if (!definition) return parsed.problems
  const { compiled, faults } = tryCompileWorkflow(definition, standards)
  const checked: Checked = { parsed, definition, standards, compiled, context }
  const problems = [
    ...parsed.problems,
    ...expressionProblems(faults, parsed, definition, standards),
    ...referenceProblems(checked),
    ...worldProblems(checked),
    ...ruleProblems(checked),
    ...standardProblems(checked),
  ]
  // Tests of a workflow that does not hold together would only repeat what is wrong with it.
  const tests = problems.some((problem) => problem.severity === 'error') ? [] : testProblems(checked)
  return [...problems, ...tests].toSorted((a, b) => a.line - b.line || a.column - b.column)
}

const testProblems = ({ parsed, compiled, standards }: Checked): Problem[] => {
  const complain = complaining(parsed)
  return runWorkflowTests(compiled, standards.vars).flatMap(({ test, index, problems }) =>
    problems.map((problem) => complain('error', ['tests', index], `test "${test}": ${problem}`)),
  )
}
