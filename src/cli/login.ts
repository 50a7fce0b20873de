// Who sits at the command line: `cli:<login>`, which stands for the person with that handle.
import { userInfo } from 'node:os'
import type { Actor } from '../domain/settling.ts'

/** `as` is what --as said (`@ada` or `ada`); without it the login of the process. */
export const actorOf = (as?: string): Actor => ({
  id: `cli:${(as ?? userInfo().username).replace(/^@/, '').toLowerCase()}`,
  surface: 'cli',
})
