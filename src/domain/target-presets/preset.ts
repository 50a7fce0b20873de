// What a preset of a connection is: what we know of one vendor's API, as data. A `<name>` in a text stands for what the author gives
// under that key.
import type { PlainConnection } from '../workflow-file/connection.ts'

export interface PresetInput {
  /** A secret is given by name only; a text may hold ${vars.…}, or be a secret's name. */
  kind: 'secret' | 'text'
  does: string
  example: string
  /** What a text without ${…} looks like, and what is said of one that does not. */
  shape?: { pattern: RegExp; says: string }
}

export interface TargetPreset {
  title: string
  inputs: Readonly<Record<string, PresetInput>>
  /** As a connection of a file; the author's own keys count before these. */
  connection: PlainConnection
  /** Where it has no auth of its own, and none is right for all: what the author may write. */
  needsAuth?: string
  /** What whoever writes a call has to know, one sentence each. */
  notes: readonly string[]
  /** What of this comes from general knowledge: no page or code of the vendor was read for it. */
  unconfirmed: readonly string[]
}

export const secret = (does: string, example: string): PresetInput => ({ kind: 'secret', does, example })

export const text = (does: string, example: string, shape?: PresetInput['shape']): PresetInput => ({
  kind: 'text',
  does,
  example,
  ...(shape && { shape }),
})

/** The part of a host name that tells one customer from another: pasted with the rest, it would stand there twice. */
export const subdomain = (does: string, example: string, host: string): PresetInput =>
  text(does, example, {
    pattern: /^[A-Za-z0-9-]+$/,
    says: `write only what stands before ${host}, like ${example}`,
  })
