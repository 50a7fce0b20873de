// A call through a connection that no workflow makes: to check what the connection says, and to try it.
import { compileWorkflow, tryCompileWorkflow } from '../domain/compile/compile.ts'
import type { Secrets } from '../domain/compile/compiled-workflow.ts'
import type { HttpCall } from '../domain/call/http-call.ts'
import type { Connection } from '../domain/workflow-file/connection.ts'
import { type Definition, definitionSchema } from '../domain/workflow-file/definition.ts'
import type { Standards } from '../domain/workflow-file/standards.ts'

/** A workflow with nothing but this call in it. */
export const calling = (http: object): Definition =>
  definitionSchema.parse({
    workflow: 'probe',
    trigger: { command: {} },
    rules: [{ rule: 'all', when: 'true', route: 'end' }],
    routes: { end: { actions: [{ action: 'call', http }], outcome: 'achieved' } },
  })

/** Who only asks whether somebody is there takes any answer for one. */
const ANY_ANSWER = 'answer.status < 500'

/** The connection's harmless call, or a GET of its address where it names none. */
function testOf(name: string, { test }: Connection): object {
  const { method = 'GET', path = '', json, query, proves = 'nothing', accepted_when } = test ?? {}
  const accepted =
    accepted_when ?? (proves === 'auth' ? 'answer.status >= 200 && answer.status < 300' : ANY_ANSWER)
  return {
    connection: name,
    method,
    ...(path !== '' && { path }),
    ...(json !== undefined && { json }),
    ...(query && { query }),
    success_when: accepted,
  }
}

/** What is wrong with what a connection says, whether or not a workflow uses it. */
export function connectionCallFaults(name: string, connection: Connection, standards: Standards) {
  const { idempotency } = connection
  const body = typeof idempotency === 'object' && 'form' in idempotency ? { form: {} } : { json: {} }
  const { faults } = tryCompileWorkflow(calling({ connection: name, ...body }), standards)
  if (faults.length > 0) return faults
  return tryCompileWorkflow(calling(testOf(name, connection)), standards).faults
}

export interface TestCall {
  /** The secrets that it needs, by name. */
  secretNames: readonly string[]
  /** Throws TemplateError where one of them is not set. */
  call(secrets: Secrets): HttpCall
}

/** `standards`: sound, with the connection in it. */
export function testCallOf(name: string, connection: Connection, standards: Standards): TestCall {
  const compiled = compileWorkflow(calling(testOf(name, connection)), standards)
  return {
    secretNames: compiled.secretNames,
    call(secrets) {
      const scope = { record: {}, input: { body: {}, headers: {} }, vars: standards.vars, now: new Date(0) }
      const action = compiled.action('end', 0, scope, secrets)
      if (action.kind !== 'http') throw new Error('the call became none')
      return action.call
    },
  }
}
