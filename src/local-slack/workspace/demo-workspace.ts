// The workspace "Signalbox Demo": who works there, in which groups, and where they talk.
import type { Channel, Person, UserGroup } from '../contract.ts'
import { fixedId } from './ids.ts'
import { apply, type Workspace } from './workspace.ts'

interface Seat {
  handle: string
  name: string
  tz: string
  isAdmin?: boolean
}

const SEATS: Seat[] = [
  { handle: 'ada', name: 'Ada Lovelace', tz: 'Europe/London' },
  { handle: 'grace', name: 'Grace Hopper', tz: 'America/New_York' },
  { handle: 'katherine', name: 'Katherine Johnson', tz: 'America/New_York' },
  { handle: 'ops-lead', name: 'Radia Perlman', tz: 'Europe/Berlin', isAdmin: true },
  { handle: 'margaret', name: 'Margaret Hamilton', tz: 'Europe/Berlin' },
  { handle: 'alan', name: 'Alan Turing', tz: 'Europe/London' },
  { handle: 'mary', name: 'Mary Jackson', tz: 'America/New_York' },
  { handle: 'joan', name: 'Joan Clarke', tz: 'Europe/London' },
]

const GROUPS: [handle: string, name: string, members: string[]][] = [
  ['support', 'Support', ['ada', 'grace', 'margaret']],
  ['sales', 'Sales', ['alan', 'mary', 'joan']],
  ['finance', 'Finance', ['katherine', 'mary']],
  ['support-leads', 'Support leads', ['ada', 'grace']],
]

const CHANNELS: [name: string, topic: string][] = [
  ['general', 'Company-wide announcements'],
  ['ops-exceptions', 'What needs attention'],
  ['ops-alerts', 'What the bot worries about'],
  ['leadership', 'Weekly digest'],
  ['customer-care', 'Customers who need a word from us'],
  ['sales', 'New leads'],
  ['finance', 'Refunds and invoices'],
]

const DOMAIN = 'signalbox-demo'
const CREATED = 1_767_225_600

export const newPerson = (id: string, seat: Seat & { email?: string; isBot?: boolean }): Person => ({
  id,
  handle: seat.handle,
  name: seat.name,
  email: seat.email ?? `${seat.handle}@${DOMAIN}.example`,
  tz: seat.tz,
  isAdmin: seat.isAdmin ?? false,
  isBot: seat.isBot ?? false,
  isDeleted: false,
  isAway: false,
  statusText: '',
  statusEmoji: '',
  statusExpiration: 0,
  dndUntil: 0,
})

export const newChannel = (id: string, name: string, over: Partial<Channel>): Channel => ({
  id,
  name,
  kind: 'channel',
  isArchived: false,
  members: [],
  topic: '',
  purpose: '',
  created: CREATED,
  ...over,
})

export const demoWorkspace = (botName: string): Workspace => {
  const botUserId = fixedId('U', 'signalbox')
  const workspace: Workspace = {
    team: { id: fixedId('T', DOMAIN), name: 'Signalbox Demo', domain: DOMAIN },
    bot: { userId: botUserId, botId: fixedId('B', 'signalbox'), appId: fixedId('A', 'signalbox') },
    people: new Map(),
    groups: new Map(),
    channels: new Map(),
    logs: new Map(),
    homes: new Map(),
    stacks: new Map(),
    reads: new Map(),
    files: new Map(),
    isInstalled: true,
  }
  const people = SEATS.map((seat) => newPerson(fixedId('U', seat.handle), seat))
  const bot = newPerson(botUserId, {
    handle: 'signalbox',
    name: botName,
    tz: 'Etc/UTC',
    email: '',
    isBot: true,
  })
  for (const person of [...people, bot]) apply(workspace, { kind: 'person', person })
  for (const [handle, name, members] of GROUPS) {
    const group: UserGroup = {
      id: fixedId('S', handle),
      handle,
      name,
      members: members.map((member) => fixedId('U', member)),
      isDisabled: false,
    }
    apply(workspace, { kind: 'group', group })
  }
  const members = [...people, bot].map((person) => person.id)
  for (const [name, topic] of CHANNELS) {
    apply(workspace, { kind: 'channel', channel: newChannel(fixedId('C', name), name, { members, topic }) })
  }
  return workspace
}
