// The one exception about a change of shape: raised on a run of our own, closed when the shape is as it was or no
// longer matters. What waits under it is let go by release.ts.
import {
  adoptUnder,
  forgetShape,
  type FormatChange,
  lockShape,
  openFormatChanges,
} from '../../db/workflows/shapes.ts'
import type { JsonValue } from '../../domain/values/json.ts'
import { marksOf } from '../../domain/masking/marked.ts'
import { eventPaths, withoutPlaces } from '../../domain/masking/marked-places.ts'
import { changeText, type Deviation, newNames, type Shape } from '../../domain/values/shape.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import { inputOf } from '../decide/judge.ts'
import { openFinding } from '../exception/open-finding.ts'
import { closeException } from '../resume/close.ts'
import type { Arrived, DriftDeps } from './drift.ts'

interface Change {
  lost: Deviation[]
  examples: string[]
  shape: Shape
}

/** Opens the exception, or finds the one that another replica opened. The old shape is forgotten. */
export async function raiseFormatChange(
  { db, clock, cardsChanged }: Pick<DriftDeps, 'db' | 'clock' | 'cardsChanged'>,
  { run, version }: Arrived,
  { lost, examples, shape }: Change,
): Promise<FormatChange | undefined> {
  const { workflow, source } = run
  const of = { workflow, source }
  const at = clock()
  const body = inputOf(run).body as JsonValue
  const shown = withoutPlaces(body, eventPaths(marksOf(version.compiled.definition.fields)))
  const text = changeText(lost, newNames(shown, shape))
  const data = {
    source,
    lost: lost.map(({ path, expected }) => ({ path, type: expected })),
    examples,
  }
  const formatChange = await db.transaction(async (tx) => {
    await lockShape(tx, of)
    const [open] = await openFormatChanges(tx, of)
    if (open) return open
    await openFinding(
      tx,
      {
        versionId: version.id,
        key: null,
        subject: null,
        definition: version.compiled.definition,
        standards: version.standards,
        reason: 'shape_changed',
        detail: `${text} Seen in ${examples.join(', ')}. Runs that need it wait under this one, and go on when a version with another mapping is published, or when you retry.`,
        data,
        about: lost.map(({ path }) => path).join(','),
        owner: [],
      },
      at,
    )
    await forgetShape(tx, of)
    const [raised] = await openFormatChanges(tx, of)
    if (raised) await adoptUnder(tx, raised.id, examples)
    return raised
  })
  cardsChanged()
  return formatChange
}

/** Closes it when nothing waits under it; false otherwise, and when somebody resolved it. */
export async function recoverFormatChange(
  { db, clock, cardsChanged }: Pick<DriftDeps, 'db' | 'clock' | 'cardsChanged'>,
  { id, runId, workflow, source }: FormatChange,
  note: string,
  whileWaiting: 'stays' | 'closes' = 'stays',
): Promise<boolean> {
  const closed = await db.transaction(async (tx) => {
    const now = (await openFormatChanges(tx, { workflow, source })).find(
      (formatChange) => formatChange.id === id,
    )
    if (!now || (whileWaiting === 'stays' && now.waiting > 0)) return false
    const closing = { exceptionId: id, runId, as: 'recovered', actor: engine } as const
    return closeException(tx, { ...closing, note, at: clock() })
  })
  if (closed) cardsChanged()
  return closed
}
