// What an approval leaves out must be there, and only carry a moment; what carries a moment and is covered asks again.
import { meantBy } from '../../db/people/members.ts'
import { bindable, parseOwner } from '../../domain/people/owner.ts'
import { pathInAction, placeInAction } from '../../domain/exceptions/input-path.ts'
import type { Problem } from '../../domain/text/problem.ts'
import type { Action, Review } from '../../domain/workflow-file/route.ts'
import { type Checked, complaining } from './check-context.ts'
import { meant } from '../nearest.ts'
import type { Path } from '../file/yaml-file.ts'

/** What a person could have been shown: with one of these in it, an approval has to cover a text. */
const FACTS = new Set(['record', 'event', 'headers', 'query', 'method'])

export const approvalProblems = (checked: Checked): Problem[] =>
  Object.entries(checked.definition.routes).flatMap(([route, { review, actions }]) =>
    review ? [...tooFew(checked, { route, review }), ...problemsOf(checked, { route, review, actions })] : [],
  )

const namesIn = (texts: readonly string[]) =>
  texts.flatMap((text) => (parseOwner(text)?.of ?? []).map(({ name }) => name))

/** How many people may approve, as Slack last told; undefined where that is not known of every name. */
function approversIn({ standards, context }: Checked, review: Review): number | undefined {
  const { entries = [], groupsRefused } = context.directory ?? {}
  const people = new Set(
    entries.flatMap(({ kind, isGone, id }) => (kind === 'person' && !isGone ? [id] : [])),
  )
  const approvers = new Set<string>()
  const names = namesIn(review.by).flatMap((name) =>
    name.kind === 'role' ? namesIn(standards.roles[name.role] ?? []) : [name],
  )
  for (const name of names) {
    const called = bindable(name)
    const found =
      name.kind === 'id'
        ? entries.filter(({ id }) => id === name.id)
        : called === undefined
          ? []
          : meantBy(called, entries)
    const [one, other] = found
    if (!one || other) return undefined
    if (one.kind === 'person') approvers.add(one.id)
    else if (one.members === undefined || groupsRefused !== undefined) return undefined
    // Guests and bots are in groups too, and approve nothing.
    else for (const id of one.members) if (people.has(id)) approvers.add(id)
  }
  return names.length > 0 ? approvers.size : undefined
}

function tooFew(checked: Checked, { route, review }: Pick<Reviewed, 'route' | 'review'>): Problem[] {
  const there = approversIn(checked, review)
  if (there === undefined || there >= review.approvals) return []
  const people = there === 1 ? 'only 1 person' : `only ${there} people`
  return [
    complaining(checked.parsed)(
      'error',
      ['routes', route, 'review', 'approvals'],
      `${review.approvals} approvals are needed, and ${people} may give them: it could never be approved`,
      'name more approvers in "by", or ask for fewer approvals',
    ),
  ]
}

interface Reviewed {
  route: string
  review: Review
  actions: Action[]
}

function problemsOf(checked: Checked, reviewed: Reviewed): Problem[] {
  const complain = complaining(checked.parsed)
  const { route, review } = reviewed
  const excepted = new Set<string>()
  const wrong = review.except.flatMap((path, at) => {
    const place: Path = ['routes', route, 'review', 'except', at]
    const found = textAt(checked, reviewed, path)
    if ('fault' in found) return [complain('error', place, found.fault, found.hint)]
    excepted.add(found.pointer)
    return []
  })
  const asksAgain = checked.compiled.texts
    .filter(({ template, pointer }) => {
      const isOfAction = pointer[0] === 'routes' && pointer[1] === route && pointer[2] === 'actions'
      return (
        isOfAction && template.reads.some(([root]) => root === 'now') && !excepted.has(pointer.join('\n'))
      )
    })
    .map(({ pointer }) =>
      complain(
        'warning',
        [...pointer],
        'this reads now, so what is sent may differ from what was approved, and the approvers are asked again',
        'take the moment from the record, or name this text in review.except',
      ),
    )
  return [...wrong, ...asksAgain]
}

/** The text that a path of `except` names; or why it names none that an approval may leave out. */
function textAt(
  { compiled }: Checked,
  { route, actions }: Reviewed,
  path: string,
): { pointer: string } | { fault: string; hint?: string | undefined } {
  const names = actions.map(({ action }) => action)
  // Of one name that stands twice, the second is complained about where it stands.
  const fitting = [...new Set(names)].filter((name) => pathInAction(path, name) !== undefined)
  if (fitting.length > 1)
    return {
      fault: `"${path}" begins with more than one action of this route: ${fitting.join(', ')}`,
      hint: 'rename one of them: no name may begin with another one and a dot',
    }
  const at = actions.findIndex(({ action }) => action === fitting[0])
  const action = actions[at]
  if (!action)
    return {
      fault: `"${path}" begins with no action of this route`,
      hint: meant(path.split('.')[0] ?? '', names, 'actions'),
    }
  const within = pathInAction(path, action.action) ?? ''
  const place = placeInAction(action, within)
  if (place.kind === 'nothing')
    return {
      fault: `"${action.action}" sends no "${within}" that an approval could leave out`,
      hint: 'a text in json, form, headers, text, subject or event, like json.requested_at',
    }
  if (place.kind === 'whole')
    return { fault: `"${within}" is more than one text`, hint: 'name each text that only carries a moment' }
  const pointer = ['routes', route, 'actions', at, ...place.pointer].join('\n')
  const text = compiled.texts.find((one) => one.pointer.join('\n') === pointer)
  const fact = text?.template.reads.find(([root = '']) => FACTS.has(root))
  if (fact)
    return {
      fault: `"${within}" reads ${fact.join('.')}, which an approval has to cover`,
      hint: 'only a text that carries a moment or an id of ours can be left out',
    }
  return { pointer }
}
