// Versions that an older release took and this one does not: their events are still captured, each of their runs waits for
// a person, and nothing else stops.
import { tryCompileWorkflow } from '../../domain/compile/compile.ts'
import { CompileError } from '../../domain/compile/compile-faults.ts'
import type { CompiledWorkflow } from '../../domain/compile/compiled-workflow.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'

/** Thrown by what an outdated version can no longer do. */
export class OutdatedError extends Error {
  override name = 'OutdatedError'
  constructor(cause: Error) {
    super(
      `this release cannot run this version any more (${cause.message}). Publish a mended one, then replay`,
      { cause },
    )
  }
}

const refusal = (cause: Error) => (): never => {
  throw new OutdatedError(cause)
}

function withheld(compiled: CompiledWorkflow, error: CompileError): CompiledWorkflow {
  const refuse = refusal(error)
  const hasId = error.faults.every(({ pointer }) => pointer.join('.') !== 'trigger.webhook.id')
  return {
    ...compiled,
    // Without its id a repeated event would count as a new one. Its sender hears of a fault, and comes again.
    dedupeKey: hasId ? compiled.dedupeKey : refuse,
    validate: refuse,
    match: refuse,
    decide: refuse,
    owner: refuse,
    routeOwner: refuse,
    entered: refuse,
    review: refuse,
    lookup: refuse,
    actions: refuse,
    action: refuse,
  }
}

/** A definition that the compiler itself stumbles over, as one of another shape: nothing of it can be used. */
function unread(definition: Definition, error: Error): CompiledWorkflow {
  const refuse = refusal(error)
  return {
    definition,
    dedupeKey: refuse,
    batch: refuse,
    type: () => undefined,
    // Its runs wait for a person; what it does not take nobody would hear of.
    wants: () => ({ kind: 'wanted' }),
    subject: () => undefined,
    callbackUrl: () => undefined,
    value: () => undefined,
    validate: refuse,
    match: refuse,
    decide: refuse,
    unlike: () => [],
    explain: refuse,
    owner: refuse,
    routeOwner: refuse,
    entered: refuse,
    takesOwners: false,
    readsOwner: false,
    review: refuse,
    actions: refuse,
    action: refuse,
    card: () => ({}),
    exceptionText: (route) => definition.routes[route]?.exception?.text,
    render: refuse,
    holds: refuse,
    eventPaths: [],
    headersRead: new Set(),
    lookups: [],
    lookupReads: () => [],
    inputs: new Set(),
    lookup: refuse,
    secretNames: [],
    texts: [],
  }
}

/** Compiles what was published once. Never throws: what this release does not take refuses to run. */
export function compileStored(definition: Definition, standards: Standards): CompiledWorkflow {
  try {
    const { compiled, faults } = tryCompileWorkflow(definition, standards)
    return faults.length === 0 ? compiled : withheld(compiled, new CompileError(definition.workflow, faults))
  } catch (error) {
    return unread(definition, error as Error)
  }
}
