// How migrations reach a database: one session, in one transaction at a time. PostgreSQL and the embedded database alike.
import type { PGlite } from '@electric-sql/pglite'
import type { Client } from 'pg'
import { failPoint } from '../../fail-point.ts'

export interface Session {
  /** A script of any number of statements, as it is written. */
  run(script: string): Promise<unknown>
  rows<Row>(sql: string, values?: unknown[]): Promise<Row[]>
}

/** Runs `work` in a transaction: what it throws undoes all of it. */
export type InTransaction = <T>(work: (session: Session) => Promise<T>) => Promise<T>

/** With a place before each statement at which a test may end the process. */
const counted = (session: Session): Session => ({
  run(script) {
    failPoint('migration')
    return session.run(script)
  },
  rows(sql, values) {
    failPoint('migration')
    return session.rows(sql, values)
  },
})

/** On a connection of its own, which is made for it and closed afterwards. */
export async function onSession<T>(
  client: Client,
  use: (inTransaction: InTransaction) => Promise<T>,
): Promise<T> {
  // A connection that breaks fails the query in hand; without a listener it would end the process.
  client.on('error', () => {})
  await client.connect()
  const session: Session = {
    run: (script) => client.query(script),
    rows: async <Row>(sql: string, values: unknown[] = []) => (await client.query(sql, values)).rows as Row[],
  }
  try {
    return await use(async (work) => {
      await client.query('BEGIN')
      try {
        const done = await work(counted(session))
        failPoint('migration')
        await client.query('COMMIT')
        failPoint('migration')
        return done
      } catch (error) {
        // A connection that is gone has undone it already.
        await client.query('ROLLBACK').catch(() => {})
        throw error
      }
    })
  } finally {
    await client.end()
  }
}

export const onEmbedded =
  (pglite: PGlite): InTransaction =>
  async (work) => {
    const done = await pglite.transaction(async (tx) => {
      const result = await work(
        counted({
          run: (script) => tx.exec(script),
          rows: async <Row>(sql: string, values: unknown[] = []) => (await tx.query<Row>(sql, values)).rows,
        }),
      )
      failPoint('migration')
      return result
    })
    failPoint('migration')
    return done
  }
