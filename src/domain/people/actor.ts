// Who acts, as a text that the audit keeps: a Slack id, `engine`, or somebody at the command line as what that is: a login
// of an operating system on a host, and whom they say to be.
import { type OwnerName, parseOwner } from './owner.ts'

const MOST = 64
const commandLine = /^cli:([^@\s]*)(?:@(\S+))?(?: as (\S+))?$/

/** One word without what could be taken for another part, or for a line of its own. */
const word = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._+-]/gu, '')
    .slice(0, MOST) || 'unknown'

/** `cli:grace@laptop`, or `cli:grace@laptop as @ada` where --as said so. */
export function commandLineId({
  login,
  host,
  as,
}: {
  login: string
  host: string
  as?: string | undefined
}): string {
  const who = `cli:${word(login)}@${word(host)}`
  if (as === undefined) return who
  const claimed =
    /^[UW][A-Z0-9]{5,}$/.test(as) || /^[^@]+@/.test(as) ? as : `@${as.replace(/^@/, '').toLowerCase()}`
  return `${who} as ${claimed.replaceAll(/[^\p{L}\p{N}@._+-]/gu, '').slice(0, 2 * MOST)}`
}

/** Whom an actor at the command line says to be, else whom their login is; undefined: not at the command line. */
export function claimedBy(actorId: string): OwnerName | undefined {
  const [, login, , as] = commandLine.exec(actorId) ?? []
  if (login === undefined) return undefined
  const owner = parseOwner(as ?? `@${login}`)
  const [one] = owner?.strategy === 'one' ? owner.of : []
  return one?.name
}

/** `grace@laptop as @ada` for whoever acts at the command line; anybody else as they are. */
export const actorText = (actorId: string): string => actorId.replace(/^cli:(?=[^@\s]*@)/, '')
