// Ids in Slack's shapes: random ones, and fixed ones for the demo workspace.
import { createHash, randomBytes, randomInt } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

const spell = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => LETTERS.charAt(byte % LETTERS.length)).join('')

/** Such as U0K2J9XQ41L. */
export const newId = (prefix: string): string => `${prefix}0${spell(randomBytes(9))}`

/** The same name gives the same id in every demo workspace. */
export const fixedId = (prefix: string, name: string): string =>
  `${prefix}0${spell(createHash('sha256').update(`${prefix}:${name}`).digest().subarray(0, 9))}`

/** What Slack puts into a block without block_id or an element without action_id. */
export const shortId = (): string => randomBytes(4).toString('base64url').slice(0, 5)

export const secret = (bytes: number): string => randomBytes(bytes).toString('hex')

export const newTriggerId = (): string =>
  `${randomInt(1e12, 9e12)}.${randomInt(1e11, 9e11)}.${randomBytes(16).toString('hex')}`
