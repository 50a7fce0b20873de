// What stands in for the parts of a workflow file that could not be read, while the rest of it is checked.
import type { Stub } from './salvage.ts'
import type { Path } from './yaml-file.ts'

const UNREAD = 'unread'

/** A route that is there, so that nothing complains about it. */
const routeOf = (file: Record<string, unknown>): string => {
  const { routes } = file
  const [first] = typeof routes === 'object' && routes !== null ? Object.keys(routes) : []
  return first ?? UNREAD
}
const ruleAt = (path: Path): string => `rule ${Number(path[1]) + 1}`

export const workflowStubs: readonly Stub[] = [
  { at: ['workflow'], value: () => UNREAD },
  { at: ['trigger'], value: () => ({ command: {} }) },
  { at: ['trigger', 'webhook', 'verify'], value: () => ({ scheme: 'none' }) },
  // Of more than one kind, so that CEL takes it for a value of any type.
  { at: ['fields', '*'], value: () => ({ type: 'enum', enum: ['', 0] }) },
  { at: ['enrich', '*'], value: () => ({ lookup: UNREAD, key: 'event' }) },
  { at: ['rules'], value: (_path, file) => [{ rule: UNREAD, when: 'true', route: routeOf(file) }] },
  {
    at: ['rules', '*'],
    value: (path, file) => ({ rule: ruleAt(path), when: 'true', route: routeOf(file) }),
  },
  { at: ['rules', '*', 'rule'], value: ruleAt },
  { at: ['rules', '*', 'when'], value: () => 'true' },
  { at: ['rules', '*', 'route'], value: (_path, file) => routeOf(file) },
  { at: ['routes'], value: () => ({ [UNREAD]: { outcome: 'ignored' } }) },
  { at: ['routes', '*'], value: () => ({ outcome: 'ignored' }) },
  {
    at: ['routes', '*', 'actions', '*'],
    value: () => ({ action: UNREAD, email: { to: UNREAD, subject: UNREAD, text: UNREAD } }),
  },
]
