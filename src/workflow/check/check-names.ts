// Whether a name in a file means exactly one person or group of our workspace, and whom.
import { type Entry, meantBy } from '../../db/people/members.ts'
import { bindable, type OwnerName, ownerNameText } from '../../domain/people/owner.ts'
import { channelNameIn } from '../../domain/workflow-file/named-channels.ts'
import type { Problem } from '../../domain/text/problem.ts'
import type { Directory } from './check-context.ts'
import { meant } from '../nearest.ts'

export interface NameProblem extends Pick<Problem, 'severity' | 'message'> {
  hint: string | undefined
}

/** `Ada Lovelace, U0…`, of a channel its id: as people and the next file may call them. */
const entryText = ({ kind, id, name }: Entry): string =>
  kind === 'channel' ? id : `${name}${kind === 'group' ? ' (group)' : ''}, ${id}`

const error = (message: string, hint: string | undefined): NameProblem => ({
  severity: 'error',
  message,
  hint,
})

function idProblem(id: string, { entries }: Directory): NameProblem | undefined {
  const found = entries?.find((entry) => entry.id === id)
  if (!entries || (found && !found.isGone)) return undefined
  if (found)
    return error(`${id} (${found.name}) is gone: deactivated in Slack`, 'name who does this now, or a group')
  return error(
    `${id} is no member and no group of this workspace`,
    'guests and people of other organizations: people: { guests: [U…] } in signalbox.yaml',
  )
}

/** Why a name cannot own anything; undefined when it can. Slack's handles have small letters. */
export function nameProblem(name: OwnerName, directory: Directory): NameProblem | undefined {
  const { people, groups, gone = [], entries = [], groupsRefused } = directory
  if (name.kind === 'id') return idProblem(name.id, directory)
  const called = bindable(name)
  if (called === undefined) return undefined
  const shown = ownerNameText(name)
  const found = meantBy(called, entries)
  const there = found.filter(({ isGone }) => !isGone)
  if (there.length > 1)
    return error(
      `${shown} is more than one here: ${there.map(entryText).join('; ')}`,
      `write the id of who is meant, like ${there[0]?.id}`,
    )
  if (there.length === 1) return undefined
  if (found.length > 0 || gone.includes(called.slice(1)))
    return error(`${shown} is gone: deactivated in Slack`, 'name who does this now, or a group')
  if (name.kind === 'email') {
    if (!directory.entries) return undefined
    return error(`nobody of this workspace has the address ${shown}`, undefined)
  }
  const handle = called.slice(1)
  if (people.includes(handle) || groups.includes(handle)) return undefined
  if (groupsRefused !== undefined)
    return {
      severity: 'warning',
      message: `Slack knows nobody called ${shown}, and refuses to tell its groups (${groupsRefused})`,
      hint: 'while nobody has this name, what it would own goes to the next owner',
    }
  return error(`Slack knows nobody and no group called ${shown}`, meant(handle, [...people, ...groups]))
}

/** Why a channel cannot be posted to; undefined when it can, and when Slack could not be asked. */
export function channelProblem(text: string, { channels, entries = [] }: Directory): NameProblem | undefined {
  if (!channels) return undefined
  const name = channelNameIn(text)
  const named = entries.filter(
    ({ kind, id, handle }) => kind === 'channel' && [id, `#${handle}`].includes(name ?? text),
  )
  if (name !== undefined) {
    if (named.length > 1)
      return error(`${text} is more than one here: ${named.map(({ id }) => id).join('; ')}`, 'write its id')
    return channels.includes(name.slice(1))
      ? undefined
      : error(`Slack knows no channel ${text}`, meant(name.slice(1), channels))
  }
  if (!/^[CG][A-Z0-9]{6,}$/.test(text) || named.length > 0) return undefined
  return error(`Slack shows no channel ${text}`, 'is it private, without the bot in it? /invite it there')
}

/** Names that two have, with both: nothing that has one is published. */
export const ambiguous = (names: readonly string[], entries: readonly Entry[]): string[] =>
  names.flatMap((name) => {
    const there = meantBy(name, entries).filter(({ isGone }) => !isGone)
    return there.length > 1 ? [`${name} is more than one here: ${there.map(entryText).join('; ')}`] : []
  })

/** Whom and which each of these names means, where that is known: `@ada → Ada Lovelace, U0…`, `#pay → C0…`. */
export function namesSaid(names: readonly string[], { entries }: Directory): string[] {
  if (!entries) return []
  return names.flatMap((name) => {
    const [one, other] = meantBy(name, entries)
    return one && !other ? [`${name} → ${entryText(one)}`] : []
  })
}
