// Who sits at the command line, kept as what it is: the operating system's login on this host, and whom they say to be.
import { hostname, userInfo } from 'node:os'
import { commandLineId } from '../domain/people/actor.ts'
import type { Actor } from '../domain/exceptions/resolution.ts'

/** The login of this process. */
export const loginName = (): string => userInfo().username.toLowerCase()

/** `as` is what --as said (`@ada`, `ada`, an id or an address); without it, the person whose handle the login is. */
export const actorOf = (as?: string): Actor => ({
  id: commandLineId({ login: loginName(), host: hostname(), as }),
  surface: 'cli',
})
