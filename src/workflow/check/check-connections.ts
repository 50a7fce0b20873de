// What is wrong with a connection of signalbox.yaml, whether or not a workflow uses it.
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { connectionCallFaults } from '../connection-call.ts'
import type { Path } from '../file/yaml-file.ts'

export const connectionFaults = (standards: Standards): { path: Path; message: string }[] =>
  Object.entries(standards.connections).flatMap(([name, connection]) =>
    connectionCallFaults(name, connection, standards).map(({ message, pointer }) => ({
      path: ['connections', name, ...pointer.slice(5)],
      message,
    })),
  )
