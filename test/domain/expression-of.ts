// Conditions over a record of these fields, compiled as the rules of a workflow are.
import assert from 'node:assert/strict'
import { celEnvironments } from '../../src/domain/cel/environment.ts'
import type { Definition } from '../../src/domain/workflow-file/definition.ts'
import { compileExpression, type Expression } from '../../src/domain/cel/expression.ts'

/** Makes what compiles them. It throws where one does not compile. */
export function expressionsOver(fields: Definition['fields']): (source: string) => Expression {
  const environments = celEnvironments({
    fields,
    enrich: [],
    vars: {},
    calendar: undefined,
    isSent: false,
  })
  const known = {
    record: new Set(Object.keys(fields)),
    vars: new Set<string>(),
    marks: [],
    headers: new Set<string>(),
  }
  return (source) => {
    const compiled = compileExpression(environments, source, known)
    assert.ok(compiled.ok, compiled.ok ? source : `${source}: ${compiled.fault.message}`)
    return compiled.expression
  }
}
