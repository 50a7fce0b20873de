// Silence is a failure: a workflow that hears nothing, or succeeds in nothing, for longer than it expects gets one
// exception with an owner. It closes itself when the workflow is heard of again.
import { lastHeard, openSilences } from '../../db/last-heard.ts'
import { parseDuration } from '../../domain/time/duration.ts'
import type { CurrentWorkflow } from '../../workflow/catalog.ts'
import { type Finding, type Found, type WatchDeps, writeFound } from './finding.ts'

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

function findingOf(current: CurrentWorkflow, silence: Silence): Finding {
  const { expected, every, what } = silence
  const since = silence.since.toISOString()
  return {
    under: { current, standards: current.version.standards, owner: [] },
    key: `${expected}:${since}`,
    reason: 'source_silent',
    detail: `${what} since ${since}; expected at least every ${every}.`,
    data: { expected, every, since },
    about: expected,
  }
}

/** Looks at every workflow that expects something; resolves with how many exceptions were opened and closed. */
export async function watchSilence(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db, catalog, clock } = deps
  const found: Found = { over: [], fresh: [] }
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
      for (const { id, runId, openedAt } of isOpen)
        if (last && last > openedAt)
          found.over.push({ id, runId, note: `heard of again at ${last.toISOString()}` })
      const every = expect[kind.expected]
      const since = last && last > publishedAt ? last : publishedAt
      const isSilent = every !== undefined && clock().getTime() - since.getTime() > parseDuration(every)
      if (!isSilent || isOpen.length > 0) continue
      found.fresh.push(findingOf(current, { expected: kind.expected, what: kind.what, every, since }))
    }
  }
  return writeFound(deps, found)
}
