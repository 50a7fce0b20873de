// What the demo sends: the sample events that stand beside the workflows, and the rows of a CSV of orders.
import { createReadStream, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parse } from 'csv-parse'

export interface DemoEvent {
  workflow: string
  body: string
}

const SAMPLES = join(import.meta.dirname, '../workflows/samples')
export const SMALL_ORDERS = join(import.meta.dirname, 'orders.csv')

/** One event for each workflows/samples/<workflow>/<name>.json. */
export const sampleEvents = (): DemoEvent[] =>
  globSync(join(SAMPLES, '*/*.json'))
    .toSorted()
    .map((file) => ({ workflow: basename(dirname(file)), body: readFileSync(file, 'utf8') }))

/** Each row is an event for order-delivery. An empty cell is sent as empty text: that is what arrives in real life. */
export async function orderEvents(csv: string): Promise<DemoEvent[]> {
  const events: DemoEvent[] = []
  const rows = createReadStream(csv).pipe(
    parse({ columns: true, bom: true, skip_empty_lines: true, trim: true }),
  )
  for await (const row of rows) events.push({ workflow: 'order-delivery', body: JSON.stringify(row) })
  return events
}
