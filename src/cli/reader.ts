// What whoever sits at the command line may read: everything, for they hold the database; with --as what that person may.
import { type Access, accessOf, fullAccess } from '../access/access.ts'
import type { RunOutline, Seen } from '../access/see.ts'
import type { Tx } from '../db/store/open.ts'
import { type CommandEnd, didNotHold } from './exit.ts'
import { actorOf } from './login.ts'

export const AS_READER = [
  '--as <person>',
  'show what this person may see: @ada, an address or a Slack id',
] as const

export const accessFor = (tx: Tx, as: string | undefined): Access =>
  as === undefined ? fullAccess : accessOf(tx, actorOf(as))

const outlineText = ({ id, workflow, state, owner, outcome }: RunOutline): string =>
  `${workflow.title} (${id}): ${[state, outcome].filter((part) => part !== null).join(', ')}. Owner: ${owner}.`

/** What they are told of a run that they may not read. */
export const onlyOutline = ({ outline, whoMay }: Extract<Seen<unknown>, { kind: 'outline' }>): CommandEnd =>
  didNotHold(`${outlineText(outline)} Its contents are visible to ${whoMay}.`)
