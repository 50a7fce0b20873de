// Checks of what has no file yet: a draft made in Slack, and one expression while it is typed into a modal.
import { compileLanguage } from '../../domain/compile/compile-language.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Problem } from '../../domain/text/problem.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { checkWorkflow } from './check.ts'
import type { CheckContext } from './check-context.ts'
import { expressionProblems } from './check-expressions.ts'
import { exportWorkflow } from '../file/export.ts'
import { parseWorkflow } from '../file/parse.ts'

/** The same checks as of a file; the lines are those of the file that `export` would write. */
export const checkDefinition = (
  definition: Definition,
  standards: Standards,
  context: CheckContext = {},
): Problem[] =>
  checkWorkflow(parseWorkflow(exportWorkflow(definition), `${definition.workflow}.yaml`), standards, context)

/** What is wrong with a rule's condition, in one line for under its field; undefined when nothing is. */
export const checkCondition = (
  definition: Definition,
  standards: Standards,
  when: string,
): string | undefined => {
  const compiled = compileLanguage(definition, standards).onRecord(when)
  if (compiled.ok)
    return ['bool', 'dyn'].includes(compiled.expression.type)
      ? undefined
      : `A rule asks a question that is true or false, and this is of type ${compiled.expression.type}`
  const parsed = parseWorkflow('', definition.workflow)
  const [problem] = expressionProblems([{ pointer: [], ...compiled.fault }], parsed, definition, standards)
  if (!problem) return compiled.fault.message
  return problem.hint === undefined ? problem.message : `${problem.message} (${problem.hint})`
}
