// pg-boss's own INSERT of jobs, to be part of a statement of ours; on a server without its NOTIFY, which is said after
// the commit instead. PostgreSQL lets one commit at a time through that notifies, its flush included, so that commits
// which notify never share a flush.
import type { PgBoss } from 'pg-boss'
import type { JobName } from './jobs.ts'

/** A statement as it goes into another one: `$1` is the jobs as JSON text. */
export interface StatementParts {
  /** Common table expressions. */
  ctes: string
  /** The SELECT over them. */
  select: string
}

export interface SplitNotify {
  text: string
  /** Wakes the workers of the queue; undefined: `text` does so itself. */
  wake: string | undefined
}

const NOTIFY = /SELECT (pg_notify\(.+, '\w+'\))\s+FROM ins\b/

/** Should pg-boss word it otherwise some day, it notifies as before. A hint needs no flush of its own. */
export function splitNotify(text: string): SplitNotify {
  const notify = NOTIFY.exec(text)?.[1]
  if (notify === undefined) return { text, wake: undefined }
  return {
    text: text.replace(NOTIFY, 'SELECT 1 FROM ins'),
    wake: `SELECT set_config('synchronous_commit', 'off', true), ${notify}`,
  }
}

/** PostgreSQL writes rows only in expressions at the top: those of `text` must become the other statement's. */
export function partsOf(text: string): StatementParts {
  const start = /^\s*WITH\s/i.exec(text)?.[0].length
  let depth = 0
  if (start !== undefined) {
    for (const { 0: word, index } of text.slice(start).matchAll(/'(?:[^']|'')*'|[()]|\bSELECT\b/gi)) {
      if (word === '(') depth += 1
      else if (word === ')') depth -= 1
      else if (depth === 0 && !word.startsWith("'"))
        return { ctes: text.slice(start, start + index), select: text.slice(start + index) }
    }
  }
  return { ctes: `queued AS (${text})`, select: 'SELECT 1 FROM queued' }
}

/** Lets pg-boss write its INSERT without running it. */
export async function recordInsert(boss: PgBoss, name: JobName): Promise<string> {
  let statement: string | undefined
  const recorder = {
    executeSql: async (text: string) => {
      statement = text
      return { rows: [] }
    },
  }
  await boss.insert(name, [{}], { db: recorder })
  if (statement === undefined) throw new Error(`pg-boss wrote no INSERT for the queue ${name}`)
  return statement
}
