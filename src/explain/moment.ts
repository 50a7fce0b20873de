// Moments on the page: UTC, because the file travels.
import { html, type Markup } from './markup.ts'

export function moment(at: Date): { text: string; markup: Markup } {
  const text = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  return { text, markup: html`<time datetime="${at.toISOString()}">${text.slice(0, -4)}</time>` }
}

const UNITS: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
]

/** 90061000 → "1 d 1 h": the two largest units. */
export function span(ms: number): string {
  const parts: string[] = []
  let rest = ms
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0) parts.push(`${n} ${unit}`)
  }
  return parts.slice(0, 2).join(' ') || `${Math.round(ms)} ms`
}
