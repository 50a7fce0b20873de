// HTML by a template that escapes whatever is put into it, unless it is markup of ours.
import { UNPRINTABLE } from '../domain/text/unprintable.ts'

export interface Markup {
  markup: string
}
type Part = string | number | Markup | Part[] | undefined | false

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(UNPRINTABLE, '\u00b7')
    .replaceAll(/[&<>"']/g, (char) => escapes[char] ?? '')

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (Array.isArray(part)) return part.map(textOf).join('')
  return typeof part === 'object' ? part.markup : escaped(String(part))
}

/** html`<p>${anything}</p>`: texts are escaped, lists joined, undefined and false left out. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Markup => ({
  markup: strings.map((text, at) => text + (at < parts.length ? textOf(parts[at]) : '')).join(''),
})

/** Text of ours that is markup as it stands (a style sheet). */
export const trusted = (text: string): Markup => ({ markup: text })
