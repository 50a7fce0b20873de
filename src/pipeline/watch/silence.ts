// Silence is a failure: a workflow that hears nothing, or succeeds in nothing, for longer than it expects gets one
// exception with an owner. It closes itself when the workflow is heard of again.
import { lastHeard, openSilences } from '../../db/last-heard.ts'
import type { Database } from '../../db/open.ts'
import { insertOwnEvent } from '../../db/own-events.ts'
import { parseDuration } from '../../domain/duration.ts'
import type { Catalog, CurrentWorkflow } from '../../workflow/catalog.ts'
import { openExceptions } from '../exception/open.ts'
import { closeException } from '../resume/close.ts'

export interface SilenceDeps {
  db: Database
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
}

const engine = { id: 'engine', surface: 'engine' } as const
const kinds = [
  { expected: 'event_every', heard: 'event', what: 'No event has arrived' },
  { expected: 'success_every', heard: 'success', what: 'No run has been achieved' },
] as const

interface Silence {
  expected: (typeof kinds)[number]['expected']
  every: string
  what: string
  /** Last heard of, or else when this version was published. */
  since: Date
}

async function raise(
  deps: SilenceDeps,
  { key, version }: CurrentWorkflow,
  silence: Silence,
): Promise<boolean> {
  const { db, clock } = deps
  const { expected, every, what, since } = silence
  const at = clock()
  const { definition } = version.compiled
  const data = { expected, every, since: since.toISOString() }
  return db.transaction(async (tx) => {
    const runId = await insertOwnEvent(tx, {
      workflow: key,
      versionId: version.id,
      source: 'watchdog',
      // Of any number of replicas one raises it, and once for each silence, also after a person settled it.
      dedupeKey: `watchdog:${expected}:${since.toISOString()}`,
      subject: null,
      contentType: 'application/json',
      headers: {},
      body: Buffer.from(JSON.stringify(data)),
      at,
      actor: 'engine',
      run: { state: 'held' },
    })
    if (runId === undefined) return false
    const detail = `${what} since ${since.toISOString()}; expected at least every ${every}.`
    await openExceptions(
      tx,
      [
        {
          runId,
          definition,
          standards: version.standards,
          reason: 'source_silent',
          detail,
          data,
          about: expected,
          route: null,
          owner: [],
        },
      ],
      at,
    )
    return true
  })
}

/** Looks at every workflow that expects something; resolves with how many exceptions were opened and closed. */
export async function watchSilence(deps: SilenceDeps): Promise<{ opened: number; closed: number }> {
  const { db, catalog, clock, cardsChanged } = deps
  let opened = 0
  let closed = 0
  for (const key of await catalog.keys()) {
    const current = await catalog.current(key)
    const expect = current?.version.compiled.definition.expect
    if (!current || !expect || current.isPaused) continue
    const heard = await lastHeard(db.prisma, key)
    const open = await openSilences(db.prisma, key)
    const { publishedAt } = await db.prisma.workflowVersion.findUniqueOrThrow({
      where: { id: current.version.id },
    })
    for (const kind of kinds) {
      const last = heard[kind.heard]
      const isOpen = open.filter(({ expected }) => expected === kind.expected)
      for (const { id, runId, openedAt } of isOpen) {
        if (!last || last <= openedAt) continue
        const closing = {
          exceptionId: id,
          runId,
          as: 'recovered',
          outcome: 'ignored',
          actor: engine,
        } as const
        const note = `heard of again at ${last.toISOString()}`
        if (await db.transaction((tx) => closeException(tx, { ...closing, note, at: clock() }))) closed += 1
      }
      const every = expect[kind.expected]
      const since = last && last > publishedAt ? last : publishedAt
      const isSilent = every !== undefined && clock().getTime() - since.getTime() > parseDuration(every)
      if (!isSilent || isOpen.length > 0) continue
      if (await raise(deps, current, { expected: kind.expected, what: kind.what, every, since })) opened += 1
    }
  }
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}
