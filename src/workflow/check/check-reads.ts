// Rules that read the event where a field holds the same: what a person corrects in the field would not reach them.
import type { Problem } from '../../domain/text/problem.ts'
import { eventReads, readBeside } from '../../domain/rules/reads-beside.ts'
import { type Checked, complaining } from './check-context.ts'

export function readProblems({ parsed, definition }: Checked): Problem[] {
  const complain = complaining(parsed)
  return eventReads(definition).flatMap((field) => {
    const beside = readBeside(definition, [field])
    if (!beside) return []
    const { by, reads, pointer } = beside
    return [
      complain(
        'warning',
        pointer,
        `${by} reads ${reads}, and so does the field ${field}: corrections of the field do not reach it, and are refused`,
        `read record.${field}`,
      ),
    ]
  })
}
