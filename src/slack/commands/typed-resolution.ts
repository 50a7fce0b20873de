// What somebody typed after `/workflow resolve <subject>`: one of the ways that its card offers, with a reason or values.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { waysText } from '../../domain/exceptions/case-words.ts'
import { correctionsIn } from '../../domain/exceptions/lookups.ts'
import { type PlainWay, waysOf } from '../../domain/exceptions/ways.ts'
import type { Resolution } from '../../pipeline/exception/resolution.ts'
import { kindOf } from '../cards/exception-card.ts'
import { inline } from '../text.ts'

/** As people call it, in the order in which they are looked for. */
const names: [typed: string, way: PlainWay][] = [
  ['approve', 'approve'],
  ['decline', 'decline'],
  ['retry', 'retry'],
  ['process anyway', 'process'],
  ['process', 'process'],
  ['mark done', 'done'],
  ['done', 'done'],
  ['dismiss', 'dismiss'],
  ['fill in', 'fix'],
  ['fix', 'fix'],
]

const begins = (text: string, word: string): boolean =>
  text.toLowerCase() === word.toLowerCase() || text.toLowerCase().startsWith(`${word.toLowerCase()} `)

function plainWay(
  way: PlainWay,
  { note, pairs, view }: { note: string; pairs: Record<string, string>; view: ExceptionView },
): Resolution {
  switch (way) {
    case 'decline':
    case 'dismiss':
    case 'done':
      return { do: way, note }
    case 'fix':
      return { do: way, corrections: correctionsIn(view.run.definition.fields, pairs) }
    case 'approve':
    case 'retry':
    case 'process':
      return { do: way }
    default:
      return way satisfies never
  }
}

/** `text`: all of it; `pairs`: the name=value in it. */
export function typedResolution(
  view: ExceptionView,
  text: string,
  pairs: Record<string, string>,
): { resolution: Resolution } | { say: string } {
  const kind = kindOf(view)
  for (const way of waysOf(kind))
    if (way.do === 'choose' && begins(text, way.label))
      return { resolution: { do: 'choose', choice: way.position, inputs: pairs } }
  const [typed, way] = names.find(([word]) => begins(text, word)) ?? []
  if (typed !== undefined && way !== undefined)
    return { resolution: plainWay(way, { note: text.slice(typed.length).trim(), pairs, view }) }
  const what = text === '' ? 'Resolve it how?' : `There is no “${inline(text, 60)}” here.`
  return { say: `${what} You can: ${inline(waysText(kind), 200)}.` }
}
