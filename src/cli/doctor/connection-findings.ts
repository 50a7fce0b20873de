// What the doctor says of each way to the server: where it leads, encrypted or not, through a pooler or not.
import type { Endpoint } from '../../db/connection/endpoint.ts'
import type { Database } from '../../db/store/open.ts'
import type { Finding } from './findings.ts'

const IN_THE_CLEAR = 'no TLS'

/** "PostgreSQL 17.2 at db:5432: primary, TLSv1.3, direct" */
function endpointText({ place, isEncrypted, pooling, server }: Endpoint): string {
  const behind = server.tls ?? IN_THE_CLEAR
  if (pooling === 'none') return `PostgreSQL ${server.version} at ${place}: primary, ${behind}, direct`
  const toPooler = isEncrypted ? 'TLS' : IN_THE_CLEAR
  return `PostgreSQL ${server.version} through a pooler (${pooling} mode) at ${place}: primary, ${toPooler} to the pooler, ${behind} from there`
}

/** None where the database is not on a server. */
export const connectionFindings = ({ endpoints }: Pick<Database, 'endpoints'>): Finding[] =>
  endpoints().map(({ variable, endpoint }) => ({
    check: variable === 'DATABASE_URL' ? 'database' : 'direct',
    state: 'ok',
    detail: `${endpointText(endpoint)} (${variable})`,
  }))
