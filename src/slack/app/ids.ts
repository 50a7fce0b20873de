// What our buttons, modals and messages are called in what Slack sends, and the little they carry: an id and a revision.

export const presses = ['approve', 'retry', 'fix', 'reject', 'reassign', 'why'] as const
export type PressName = (typeof presses)[number]

export const CARD_EVENT = 'signalbox_card'
export const POST_EVENT = 'signalbox_post'

export interface ButtonValue {
  exceptionId: string
  revision: number
}

export const buttonValue = ({ exceptionId, revision }: ButtonValue): string => `${exceptionId}:${revision}`

/** What a button of ours carries; undefined for anything else. */
export function readButtonValue(text: unknown): ButtonValue | undefined {
  const [, exceptionId, revision] =
    typeof text === 'string' ? (/^([\w-]{1,100}):(\d{1,9})$/.exec(text) ?? []) : []
  return exceptionId === undefined ? undefined : { exceptionId, revision: Number(revision) }
}

/** Choices of the card's menu: `note:exc_…:3`. */
export const moreNames = ['onit', 'change', 'edit', 'note', 'ask', 'snooze'] as const
export type MoreName = (typeof moreNames)[number]
export const moreValue = (name: MoreName, button: string): string => `${name}:${button}`
export function readMoreValue(text: string): { name: MoreName; button: string } | undefined {
  const [, name, button] = /^([a-z]+):(.+)$/.exec(text) ?? []
  const known = moreNames.find((one) => one === name)
  return known && button !== undefined ? { name: known, button } : undefined
}

/** A button of a digest opens the list behind one of its numbers. */
export const digestButton = (list: string): string => `digest_list:${list}`
export const digestButtonPattern = /^digest_list:/

export const digestButtonValue = (digestId: string, list: string): string => `${digestId}:${list}`

export function readDigestButtonValue(text: string): { digestId: string; list: string } | undefined {
  const [, digestId, list] = /^([\w-]{1,100}):([a-z]{1,20})$/.exec(text) ?? []
  return digestId === undefined || list === undefined ? undefined : { digestId, list }
}
