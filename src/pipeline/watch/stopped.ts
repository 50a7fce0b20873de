// The parts of Signalbox watch each other: one that has stopped (no replica of it shows that it works) is one
// exception for the operators, which closes itself when the part works again.
import { beat, openStops, type Part, silentParts } from '../../db/heartbeats.ts'
import type { Database } from '../../db/open.ts'
import { insertOwnEvent } from '../../db/own-events.ts'
import { newestStandards } from '../../db/people.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import { openExceptions } from '../exception/open.ts'
import { closeException } from '../resume/close.ts'

export interface StoppedDeps {
  db: Database
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
}

/** Longer than any part takes from one sign to the next (digests look each minute). */
export const SILENT_MS = 180_000
const engine = { id: 'engine', surface: 'engine' } as const
const named: Record<Part, string> = {
  worker: 'The worker, which decides and acts,',
  scheduler: 'The scheduler, which takes up what was lost and watches for silence,',
  digest: 'The digest clock',
  notifier: 'The notifier, which posts cards,',
  slack: 'The connection to Slack',
}

/** Every event belongs to a workflow: this one is put under the first, as the operators' and in their channel. */
async function raise({ db, catalog, clock }: StoppedDeps, part: Part, since: Date): Promise<boolean> {
  const [key] = await catalog.keys()
  const current = key === undefined ? undefined : await catalog.current(key)
  if (!current) return false
  const { version } = current
  const standards = await newestStandards(db.prisma)
  const { definition } = version.compiled
  const owner = standards.roles['operators'] ? ['role:operators'] : (definition.owner ?? [])
  const channel = standards.channels.alerts ?? definition.channel
  const data = { part, since: since.toISOString() }
  const at = clock()
  return db.transaction(async (tx) => {
    const runId = await insertOwnEvent(tx, {
      workflow: current.key,
      versionId: version.id,
      source: 'watchdog',
      // Of any number of replicas one raises it, and once for each stop, also after a person settled it.
      dedupeKey: `watchdog:${part}:${data.since}`,
      subject: null,
      contentType: 'application/json',
      headers: {},
      body: Buffer.from(JSON.stringify(data)),
      at,
      actor: 'engine',
      run: { state: 'held' },
    })
    if (runId === undefined) return false
    const opening = {
      runId,
      definition: { ...definition, ...(channel === undefined ? {} : { channel }) },
      standards,
      reason: 'internal_error' as const,
      detail: `${named[part]} has not shown since ${data.since} that it works, in any process. This closes itself when it does.`,
      data,
      about: part,
      route: null,
      owner,
    }
    await openExceptions(tx, [opening], at)
    return true
  })
}

/** Looks at every part; resolves with how many exceptions were opened and closed. */
export async function watchParts(deps: StoppedDeps): Promise<{ opened: number; closed: number }> {
  const { db, clock, cardsChanged } = deps
  let opened = 0
  let closed = 0
  const open = await openStops(db.prisma)
  for (const { id, runId, isBack, at } of open) {
    if (!isBack) continue
    const note = `works again since ${at?.toISOString()}`
    const closing = {
      exceptionId: id,
      runId,
      as: 'recovered',
      outcome: 'ignored',
      actor: engine,
      note,
    } as const
    if (await db.transaction((tx) => closeException(tx, { ...closing, at: clock() }))) closed += 1
  }
  for (const { part, at } of await silentParts(db.prisma, SILENT_MS)) {
    if (open.some((one) => one.part === part && !one.isBack)) continue
    if (await raise(deps, part, at)) opened += 1
  }
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}

/** One look of a process: says which of its parts work, and watches all, once it has run for longer than a silence. */
export async function beatAndWatch(
  deps: StoppedDeps,
  { working, upForMs }: { working: Part[]; upForMs: number },
): Promise<void> {
  await beat(deps.db.prisma, working)
  // After a long stop of everything all signs are old: whoever starts first gives the others time.
  if (upForMs > SILENT_MS) await watchParts(deps)
}
