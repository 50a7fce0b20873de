// What is wrong with a connection of signalbox.yaml, whether or not a workflow uses it: each is compiled as a call that does.
import { tryCompileWorkflow } from '../../domain/compile/compile.ts'
import { definitionSchema } from '../../domain/workflow-file/definition.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import type { Path } from '../file/yaml-file.ts'

const probe = (connection: string, { idempotency }: Standards['connections'][string]) =>
  definitionSchema.parse({
    workflow: 'probe',
    trigger: { command: {} },
    rules: [{ rule: 'all', when: 'true', route: 'end' }],
    routes: {
      end: {
        actions: [
          {
            action: 'call',
            http: {
              connection,
              ...(typeof idempotency === 'object' && 'form' in idempotency ? { form: {} } : { json: {} }),
            },
          },
        ],
        outcome: 'achieved',
      },
    },
  })

export const connectionFaults = (standards: Standards): { path: Path; message: string }[] =>
  Object.entries(standards.connections).flatMap(([name, connection]) =>
    tryCompileWorkflow(probe(name, connection), standards).faults.map(({ message, pointer }) => ({
      path: ['connections', name, ...pointer.slice(5)],
      message,
    })),
  )
