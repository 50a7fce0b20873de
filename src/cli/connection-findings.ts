// What the doctor says of each way to the server: where it leads, encrypted or not, past a pooler or not.
import type { Database } from '../db/open.ts'
import type { Endpoint } from '../db/connection/endpoint.ts'
import type { Finding } from './findings.ts'

const POOLED: Record<Endpoint['pooling'], string> = {
  none: 'no pooler',
  session: 'a pooler (session)',
  transaction: 'a pooler (transaction)',
  statement: 'a pooler (statement)',
}

function encryption({ isEncrypted, pooling, server }: Endpoint): string {
  if (pooling === 'none') return server.tls ?? (isEncrypted ? 'TLS' : 'no TLS')
  return `${isEncrypted ? 'TLS' : 'no TLS'} to the pooler, ${server.tls ?? 'no TLS'} behind it`
}

/** None where the database is not on a server. */
export const connectionFindings = ({ endpoints }: Pick<Database, 'endpoints'>): Finding[] =>
  endpoints().map(({ variable, endpoint }) => ({
    check: variable === 'DATABASE_URL' ? 'database' : 'direct',
    state: 'ok',
    detail: `PostgreSQL ${endpoint.server.version} at ${endpoint.place}, primary, ${encryption(endpoint)}, ${POOLED[endpoint.pooling]} (${variable})`,
  }))
