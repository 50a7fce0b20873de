// What the database says of its migrations: Prisma's own table, so that `prisma migrate status` reads what we write.
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from './session.ts'

export const PRISMA_DIR = join(import.meta.dirname, '../../../prisma')
const MIGRATIONS_DIR = join(PRISMA_DIR, 'migrations')

export interface Migration {
  name: string
  script: string
}

export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS_DIR, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).toSorted()
}

export const readMigration = async (name: string): Promise<Migration> => ({
  name,
  script: await readFile(join(MIGRATIONS_DIR, name, 'migration.sql'), 'utf8'),
})

/** This program's migrations, oldest first. */
export const readMigrations = async (): Promise<Migration[]> =>
  Promise.all((await migrationNames()).map(readMigration))

// As Prisma makes it (schema-engine, sql-schema-connector, `create_migrations_table`).
const MAKE_TABLE = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`

const isThere = `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there`

export interface Recorded {
  id: string
  name: string
  isFinished: boolean
}

/** Makes the table where there is none. Asked first, for the bot's own role may not even say IF NOT EXISTS. */
export async function ensureTable(session: Session): Promise<void> {
  const [table] = await session.rows<{ there: boolean }>(isThere)
  if (table?.there !== true) await session.run(MAKE_TABLE)
}

/**
 * Every record. One that `prisma migrate resolve --rolled-back` marked is unfinished like one that was cut off: somebody said
 * that nothing of it stands, which only the database can say. Throws nothing where there is no table: then there are none.
 */
export async function readRecords(session: Pick<Session, 'rows'>): Promise<Recorded[]> {
  const [table] = await session.rows<{ there: boolean }>(isThere)
  if (table?.there !== true) return []
  return session.rows<Recorded>(`
    SELECT "id", "migration_name" AS "name",
      "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL AS "isFinished" FROM "_prisma_migrations"`)
}

export const checksumOf = (script: string): string => createHash('sha256').update(script).digest('hex')

export async function record(session: Session, { name, script }: Migration): Promise<void> {
  await session.rows(
    `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksumOf(script), name],
  )
}

/** A record without an end: finished now. */
export async function finish(session: Session, id: string, { script }: Migration): Promise<void> {
  await session.rows(
    `UPDATE "_prisma_migrations"
     SET "finished_at" = clock_timestamp(), "rolled_back_at" = NULL, "applied_steps_count" = 1, "logs" = NULL, "checksum" = $2
     WHERE "id" = $1`,
    [id, checksumOf(script)],
  )
}
