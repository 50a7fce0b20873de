// Where a file may read the answer of an action: on its route, behind it, and not as a matter of course where the action may be
// skipped. Under a review, never where it says where something goes: nobody could approve that.
import type { CompileFault, Pointer } from './compile-faults.ts'
import type { Language } from './compile-language.ts'
import { type Addresses, takenFrom, hostOf } from './taken-from.ts'
import type { Expression } from '../cel/expression.ts'
import { pathsIn } from '../cel/tree.ts'
import type { Definition } from '../workflow-file/definition.ts'
import type { Action, Route } from '../workflow-file/route.ts'

interface Read {
  expression: Expression
  pointer: Pointer
}

/** After how many of its route's actions a text is read; undefined: before any of them, or on no route. */
function placeOf(pointer: Pointer): { route: string; after: number } | undefined {
  const [section, route, part, third] = pointer
  if (section !== 'routes') return undefined
  if (part === 'actions') return { route: String(route), after: Number(third) }
  const isAtEnd = part === 'card' || (part === 'exception' && (third === 'text' || third === 'card'))
  return isAtEnd ? { route: String(route), after: Infinity } : undefined
}

const reads = ({ expression }: Pick<Read, 'expression'>, answer: string): boolean =>
  pathsIn(expression.tree).some(({ path: [root, name] }) => root === 'actions' && name === answer)

/** Whether the action in which it stands is skipped too, or the expression asks first. */
function isAsked(
  answer: string,
  { expression, pointer }: Read,
  when: (pointer: Pointer) => Expression | undefined,
): boolean {
  if (new RegExp(String.raw`\bhas\(\s*actions\.${answer}\b`).test(expression.source)) return true
  const own = when(pointer)
  // A condition that reads what is not there does not hold.
  return own !== undefined && (own === expression || reads({ expression: own }, answer))
}

function faultOf(
  answer: string | undefined,
  read: Read,
  { definition, whenOf }: { definition: Definition; whenOf: (pointer: Pointer) => Expression | undefined },
): string | undefined {
  const place = placeOf(read.pointer)
  if (!place) return 'an answer is known on its route alone, once its action is done'
  if (answer === undefined) return 'name the answer: actions.created'
  const actions: Action[] = definition.routes[place.route]?.actions ?? []
  const at = actions.findIndex(({ as }) => as === answer)
  if (at < 0) return `no action of the route "${place.route}" keeps its answer as "${answer}"`
  if (at >= place.after)
    return `the answer "${answer}" is not there yet: "${actions[at]?.action}" comes later`
  // A card leaves out what has no value.
  const isOfCard = read.pointer.includes('card')
  return actions[at]?.when === undefined || isOfCard || isAsked(answer, read, whenOf)
    ? undefined
    : `"${actions[at].action}" may be skipped, and then there is no answer "${answer}": ask has(actions.${answer}) first`
}

/** Where an action sends to, in texts of the file. */
const placesIn = (
  { http, slack, email }: Action,
  addresses: Addresses,
): [text: string, ...place: string[]][] => [
  ...(http
    ? ([[hostOf(http, addresses), 'http', http.url === undefined ? 'path' : 'url']] as [
        string,
        ...string[],
      ][])
    : []),
  ...(slack ? ([[slack.channel, 'slack', 'channel']] as [string, ...string[]][]) : []),
  ...(email ? ([[email.to, 'email', 'to']] as [string, ...string[]][]) : []),
]

const sentByAnswer = (name: string, { actions }: Route, addresses: Addresses): CompileFault[] =>
  actions.flatMap((action, at) =>
    placesIn(action, addresses)
      .filter(([text]) => /\bactions\./.test(takenFrom(text) ?? ''))
      .map(([, ...place]) => ({
        pointer: ['routes', name, 'actions', at, ...place],
        message: 'an approval has to cover where this goes, and an answer is not there when it is given',
      })),
  )

/** Beside an answer, which nobody sees when they approve, nothing stands that they are to see. */
function mixed({ expression, pointer }: Read): CompileFault[] {
  const roots = pathsIn(expression.tree).map(({ path: [root = ''] }) => root)
  const other = roots.find((root) => root !== 'actions' && root !== 'vars')
  return roots.includes('actions') && other !== undefined
    ? [
        {
          pointer,
          message: `an approval covers ${other} but no answer, so both in one expression hide what is approved: write them apart`,
        },
      ]
    : []
}

function namedTwice(name: string, { actions }: Route): CompileFault[] {
  const names = actions.map(({ as }) => as)
  return names.flatMap((as, at) =>
    as !== undefined && names.indexOf(as) < at
      ? [
          {
            pointer: ['routes', name, 'actions', at, 'as'],
            message: `the answer "${as}" stands in this route already`,
          },
        ]
      : [],
  )
}

export function findAnswerReads(
  definition: Definition,
  { texts, conditions, connections, vars }: Pick<Language, 'texts' | 'conditions' | 'connections' | 'vars'>,
  faults: CompileFault[],
): void {
  const all: Read[] = [
    ...conditions,
    ...texts.flatMap(({ template, pointer }) =>
      template.parts.flatMap((part) =>
        'expression' in part ? [{ expression: part.expression, pointer }] : [],
      ),
    ),
  ]
  const whenOf = (pointer: Pointer): Expression | undefined =>
    pointer[2] === 'actions'
      ? conditions.find((one) => one.pointer.join('\n') === [...pointer.slice(0, 4), 'when'].join('\n'))
          ?.expression
      : undefined
  for (const read of all)
    for (const {
      path: [root, answer],
    } of pathsIn(read.expression.tree)) {
      const message = root === 'actions' ? faultOf(answer, read, { definition, whenOf }) : undefined
      if (message !== undefined) faults.push({ pointer: read.pointer, message })
    }
  const isReviewed = ([, route, part]: Pointer) =>
    part === 'actions' && definition.routes[String(route)]?.review !== undefined
  faults.push(...all.filter(({ pointer }) => isReviewed(pointer)).flatMap(mixed))
  for (const [name, route] of Object.entries(definition.routes)) {
    faults.push(...namedTwice(name, route))
    if (route.review) faults.push(...sentByAnswer(name, route, { connections, vars }))
  }
}
