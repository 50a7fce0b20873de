// Rules that read the event where a field holds the same: what a person corrects in the field would not reach them.
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { eventReads, readBeside } from '../../domain/rules/reads-beside.ts'
import { type Checked, complaining } from './check-context.ts'

export function readProblems({ parsed, definition }: Checked): Problem[] {
  const complain = complaining(parsed)
  return eventReads(definition).flatMap((field) => {
    const beside = readBeside(definition, [field], [])
    if (beside)
      return [
        complain(
          'warning',
          beside.pointer,
          `${beside.by} reads ${beside.reads}, and so does the field ${field}: corrections of the field do not reach it, and are refused`,
          `read record.${field}`,
        ),
      ]
    const money = [field, ...inSameCurrency(definition, field)]
    const ofCurrency = readBeside(definition, money, money)
    if (ofCurrency?.field !== field) return []
    return [
      complain(
        'warning',
        ofCurrency.pointer,
        `${ofCurrency.by} reads ${ofCurrency.reads}, where the field ${field} has its currency from: where an event names none, corrections of the field are refused`,
        `read record.${field}.currency`,
      ),
    ]
  })
}

/** Other money whose currency stands in the same place: where it is missing there, all of them are asked for together. */
const inSameCurrency = ({ fields }: Definition, name: string): string[] =>
  Object.keys(fields).filter((other) => other !== name && fields[other]?.currency === fields[name]?.currency)
