// Wrong files: who may read, start and replay.
import type { Wrong } from './sound.ts'

const before = 'channel: "#ops-exceptions"\n'

export const wrongAccess: Wrong[] = [
  {
    why: 'access of a strategy',
    change: [before, `${before}access: { read: round_robin("@support") }\n`],
    line: 5,
    says: 'a strategy chooses one owner',
  },
  {
    why: 'access of a bare name',
    change: [before, `${before}access: { read: support }\n`],
    line: 5,
    says: 'write channel, everyone or an owner',
  },
  {
    why: 'an unknown kind of access',
    change: [before, `${before}access: { reads: everyone }\n`],
    line: 5,
    says: 'reads',
  },
]
