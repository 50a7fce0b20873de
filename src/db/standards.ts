// What holds for every team (signalbox.yaml), as it was published last.
import { noStandards, type Standards, standardsSchema } from '../domain/standards.ts'
import type { Tx } from './open.ts'

/** The standards published last; none were published: the defaults. */
export async function newestStandards(tx: Tx): Promise<Standards> {
  const row = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { content: true } })
  return row ? standardsSchema.parse(row.content) : noStandards
}

/** The text of the signalbox.yaml that was published last; undefined when none was. */
export async function newestStandardsSource(tx: Tx): Promise<string | undefined> {
  const row = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { source: true } })
  return row?.source || undefined
}
