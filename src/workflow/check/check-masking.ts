// A field that is made of a masked one and is not marked itself: it shows a part of what the other one hides.
import { markedIn, maskedFields, marksOf } from '../../domain/masking/marked.ts'
import { parseQuietly } from '../../domain/cel/template-parts.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { type Checked, complaining } from './check-context.ts'

export const maskingProblems = ({ parsed, definition: { fields } }: Checked): Problem[] => {
  const marks = marksOf(fields)
  const masked = maskedFields(fields)
  const complain = complaining(parsed)
  return Object.entries(fields).flatMap(([name, { from }]) => {
    const tree = masked.includes(name) ? undefined : parseQuietly(from ?? `event.${name}`)
    const hidden = tree && markedIn(tree, marks)
    if (hidden === undefined) return []
    return [
      complain(
        'warning',
        ['fields', name, ...(from === undefined ? [] : ['from'])],
        `this shows a part of "${hidden}", which is masked`,
        'mark it too: secret: true or personal: true',
      ),
    ]
  })
}
