// What our buttons, modals and messages are called in what Slack sends, and the little they carry: an id and a revision.

/** The action id of a choice of the file, by its place. */
export const choiceAction = (position: number): string => `choose_${position}`
export const choiceActionPattern = /^choose_[0-3]$/

export const CARD_EVENT = 'signalbox_card'
export const POST_EVENT = 'signalbox_post'

export interface ButtonValue {
  exceptionId: string
  revision: number
  /** The place of a choice of the file. */
  choice?: number | undefined
}

export const buttonValue = ({ exceptionId, revision, choice }: ButtonValue): string =>
  `${exceptionId}:${revision}${choice === undefined ? '' : `:${choice}`}`

/** What a button of ours carries; undefined for anything else. */
export function readButtonValue(text: unknown): ButtonValue | undefined {
  const [, exceptionId, revision, choice] =
    typeof text === 'string' ? (/^([\w-]{1,100}):(\d{1,9})(?::([0-3]))?$/.exec(text) ?? []) : []
  if (exceptionId === undefined) return undefined
  return {
    exceptionId,
    revision: Number(revision),
    ...(choice === undefined ? {} : { choice: Number(choice) }),
  }
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
/** In place of a list: what the numbers mean. */
export const MEANING_BUTTON = 'meaning'
export const digestButtonPattern = /^digest_list:/

export const digestButtonValue = (digestId: string, list: string): string => `${digestId}:${list}`

export function readDigestButtonValue(text: string): { digestId: string; list: string } | undefined {
  const [, digestId, list] = /^([\w-]{1,100}):([a-z]{1,20})$/.exec(text) ?? []
  return digestId === undefined || list === undefined ? undefined : { digestId, list }
}
