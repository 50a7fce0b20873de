// The connections of signalbox.yaml, for the commands that list and try them.
import { readConfig } from '../config.ts'
import { authKinds } from '../domain/workflow-file/http-auth.ts'
import type { Connection } from '../domain/workflow-file/connection.ts'
import { withPublicUrl } from '../domain/workflow-file/public-url.ts'
import type { Standards } from '../domain/workflow-file/standards.ts'
import { type TestCall, testCallOf } from '../workflow/connection-call.ts'
import { standardsFile } from '../workflow/file/load.ts'
import { didNotHold } from './exit.ts'
import { loadFiles, problemsText } from './files.ts'

export interface KnownConnection {
  name: string
  connection: Connection
  /** How calls prove who sends them; undefined: by what they send, or not at all. */
  auth: string | undefined
  test: TestCall
  /** The secrets that are not set, by name. */
  missing: string[]
}

const known = (name: string, connection: Connection, standards: Standards): KnownConnection => {
  const { secret } = readConfig()
  const test = testCallOf(name, connection, standards)
  return {
    name,
    connection,
    auth: authKinds.find((kind) => connection.auth?.[kind] !== undefined),
    test,
    missing: test.secretNames.filter((one) => secret(one) === undefined),
  }
}

/** Of the files in `dir`. Ends the command where signalbox.yaml has an error. */
export async function loadConnections(dir: string | undefined): Promise<KnownConnection[]> {
  const { loaded } = await loadFiles(dir)
  const wrong = loaded.problems.filter(
    ({ file, severity }) => severity === 'error' && file.endsWith(standardsFile),
  )
  if (wrong.length > 0) throw didNotHold(problemsText(wrong))
  const standards = withPublicUrl(loaded.standards, readConfig().publicUrl)
  return Object.entries(standards.connections).map(([name, connection]) => known(name, connection, standards))
}
