// Everything that is wrong with one workflow file, at once: expressions, references, rules, standards, tests.
import type { CompileFault } from '../../domain/compile/compile-faults.ts'
import { tryCompileWorkflow } from '../../domain/compile/compile.ts'
import { byPlace, type Problem } from '../../domain/text/problem.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { approvalProblems } from './check-approvals.ts'
import { businessHoursProblems } from './check-business-hours.ts'
import { allRead, type CheckContext, type Checked, complaining } from './check-context.ts'
import { expressionProblems } from './check-expressions.ts'
import { maskingProblems } from './check-masking.ts'
import { choiceProblems } from './check-choices.ts'
import { referenceProblems } from './check-references.ts'
import { readProblems } from './check-reads.ts'
import { ruleProblems } from './check-rules.ts'
import { standardProblems } from './check-standards.ts'
import { worldProblems } from './check-world.ts'
import { orProblem } from '../file/never-throws.ts'
import type { ParsedWorkflow } from '../file/parse.ts'
import { runWorkflowTests } from '../publish/run-tests.ts'

/** Nothing may be published while one of these is an error. Never throws. */
export const checkWorkflow = (
  parsed: ParsedWorkflow,
  standards: Standards,
  context: CheckContext = {},
): Problem[] =>
  orProblem(
    parsed.file,
    () => problemsOf(parsed, standards, context),
    (problems) => [...parsed.problems, ...problems],
  )

const problemsOf = (parsed: ParsedWorkflow, standards: Standards, context: CheckContext): Problem[] => {
  const definition = parsed.definition ?? parsed.rest?.value
  if (!definition) return parsed.problems
  const unread = parsed.rest?.unread ?? allRead
  const { compiled, faults } = tryCompileWorkflow(definition, standards)
  const checked: Checked = { parsed, definition, standards, compiled, context, unread }
  const problems = [
    ...parsed.problems,
    ...expressionProblems(faults.filter(isNews(checked)), parsed, definition, standards),
    ...referenceProblems(checked),
    ...choiceProblems(checked),
    ...worldProblems(checked),
    ...businessHoursProblems(checked),
    ...approvalProblems(checked),
    ...(rulesDependOn.some((section) => unread.partly.has(section)) ? [] : readProblems(checked)),
    ...maskingProblems(checked),
    ...(rulesDependOn.some((section) => unread.partly.has(section)) ? [] : ruleProblems(checked)),
    ...standardProblems(checked),
  ]
  // Tests of a workflow that does not hold together would only repeat what is wrong with it.
  const isWhole =
    context.unreadStandards === undefined && problems.every(({ severity }) => severity !== 'error')
  const tests = isWhole ? [...testProblems(checked), ...unlikeProblems(checked)] : []
  return [...problems, ...tests].toSorted(byPlace)
}

/** What the lint of the rules reads: with a gap in it, it would call rules dead that live. */
const rulesDependOn = ['fields', 'enrich', 'rules']

/** A name is not called unknown when the section that would have it could not be read. */
const isNews =
  ({ unread, context }: Checked) =>
  ({ unknown }: CompileFault): boolean =>
    !(unknown?.what === 'field' && unread.wholly.has('fields')) &&
    !(unknown?.what === 'field' && unread.wholly.has('enrich')) &&
    !(unknown?.what === 'connection' && context.unreadStandards?.has('connections') === true) &&
    !(unknown?.what === 'var' && context.unreadStandards?.has('vars') === true)

const testProblems = ({ parsed, compiled, standards }: Checked): Problem[] => {
  const complain = complaining(parsed)
  return runWorkflowTests(compiled, standards.vars).map(({ test, index, problems }) =>
    complain('error', ['tests', index], `test "${test}": ${problems.join('; ')}`),
  )
}

/** A rule that compares a number with a text that looks like one, as far as the tests show what arrives. */
const unlikeProblems = ({ parsed, compiled, definition }: Checked): Problem[] => {
  const complain = complaining(parsed)
  const seen = new Set<string>()
  return definition.tests.flatMap(({ test, event }) =>
    compiled.unlike({ body: event, headers: {} }).flatMap(({ position, message }) => {
      const key = `${position} ${message}`
      if (seen.has(key)) return []
      seen.add(key)
      const name = definition.rules[position]?.name
      return [
        complain(
          'warning',
          ['rules', position, 'when'],
          `rule "${name}": ${message} (test "${test}")`,
          'a field of type number or string takes either: record.name',
        ),
      ]
    }),
  )
}
