// A face for everybody: initials on a colour that stays the same; the app has its own mark.

import { html, names } from '../html.js'
import { Icon } from './icon.js'

const tones = 8

const toneOf = (id) => {
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9973
  return sum % tones
}

const initials = (name) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')

export const Avatar = ({ person, size = 'medium' }) => {
  const isBot = person?.isBot
  return html`<span
    class=${names('avatar', `avatar-${size}`, isBot ? 'avatar-bot' : `tone-${toneOf(person?.id ?? '')}`)}
    aria-hidden="true"
  >
    ${isBot ? html`<${Icon} name="bolt" />` : initials(person?.name ?? '?')}
  </span>`
}

/** Present, away or gone: told in words too. */
export const Presence = ({ person }) => {
  const word = person.isDeleted ? 'deactivated' : person.isAway ? 'away' : 'active'
  return html`<span class=${`presence presence-${word}`} role="img" aria-label=${word} title=${word}></span>`
}
