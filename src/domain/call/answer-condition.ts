// Conditions over the answer of another system, in CEL: `answer.status`, `answer.headers` by names in lower case, and
// `answer.body`, which is JSON where the answer is, else its text.
import { answerEnvironments } from '../cel/environment.ts'
import { type Compiled, compileExpression, type KnownNames } from '../cel/expression.ts'
import { accessOf, nameOf, walk } from '../cel/tree.ts'

const none: KnownNames = { record: new Set(), vars: new Set(), marks: [], headers: new Set() }
/** The same few stand in every version of every workflow. */
const MOST_KEPT = 500
const kept = new Map<string, Compiled>()
let environments: ReturnType<typeof answerEnvironments> | undefined

const READ = 'only answer.status, answer.headers and answer.body are known here'

/** Names of a workflow are none here: their own faults would send people to its fields. */
function onlyAnswer({ fault }: Extract<Compiled, { ok: false }>): Compiled {
  const { unknown, at } = fault
  return unknown && unknown.what !== 'function'
    ? { ok: false, fault: { message: READ, at } }
    : { ok: false, fault }
}

/** Header names have no case, and answers have them in lower case here: another would never be found. */
function wrongHeader(compiled: Compiled): Compiled {
  if (!compiled.ok) return onlyAnswer(compiled)
  let fault: Extract<Compiled, { ok: false }>['fault'] | undefined
  walk(compiled.expression.tree, (node) => {
    const access = accessOf(node)
    const map = access && accessOf(access.of)
    if (!access || !map || nameOf(map) !== 'headers' || typeof access.part === 'string') return
    const name = nameOf(access)
    if (name !== undefined && name !== name.toLowerCase())
      fault ??= {
        message: `headers have their names in lower case here: "${name.toLowerCase()}"`,
        at: access.part.range.start,
      }
  })
  return fault ? { ok: false, fault } : compiled
}

/** Parses and type-checks. Never throws. */
export function compileAnswerCondition(source: string): Compiled {
  const ready = kept.get(source)
  if (ready) return ready
  environments ??= answerEnvironments()
  const compiled = wrongHeader(compileExpression(environments, source, none))
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(source, compiled)
  return compiled
}
