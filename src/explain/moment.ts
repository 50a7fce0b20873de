// Moments on the page: UTC, because the file travels.
import { html, type Markup } from './markup.ts'

export function moment(at: Date): { text: string; markup: Markup } {
  const text = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  return { text, markup: html`<time datetime="${at.toISOString()}">${text.slice(0, -4)}</time>` }
}
