// Open exceptions about something that Signalbox found itself, by what their data says: where nobody could own one, its
// fingerprint says that instead.
import type { Tx } from '../store/open.ts'

export interface OpenFinding {
  id: string
  runId: string
  /** What its data has under the key that was asked for. */
  about: string
}

/** Those whose data has this key. */
export const openFindings = (tx: Tx, key: string): Promise<OpenFinding[]> =>
  tx.$queryRaw<OpenFinding[]>`
    SELECT e.id, e.run_id AS "runId", e.data->>${key} AS about FROM exception e
    JOIN run r ON r.id = e.run_id JOIN event v ON v.id = r.event_id
    WHERE e.state = 'open' AND v.source = 'watchdog' AND e.data->>${key} IS NOT NULL`
