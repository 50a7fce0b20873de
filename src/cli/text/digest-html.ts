// A digest as one HTML file that can be sent on: nothing is loaded, no script runs, light and dark.
import { targetText, wantedAutomated } from '../../domain/digest/digest-targets.ts'
import { percentText } from '../../domain/digest/digest-words.ts'
import type { DigestText } from '../../domain/digest/digest-text.ts'

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char)

const style = `
:root { color-scheme: light dark; --line: light-dark(#d9d9e3, #3a3a46); --soft: light-dark(#5c5c6b, #a9a9b8);
  --missed: light-dark(#b42318, #ff9a8f); --automated: light-dark(#1f6feb, #6ea8fe); --handled: light-dark(#d98a00, #f0b44c); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem }
.soft { color: var(--soft) } .sentence { font-size: 1.1rem; font-weight: 600; margin: .8rem 0 .2rem }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .8rem; margin: 1.2rem 0 }
.numbers div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem }
.numbers b { display: block; font-size: 1.15rem }
.missed { color: var(--missed); font-weight: 600 }
.hash { overflow-wrap: anywhere; font-size: .85rem; margin-top: 2rem }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap }
th:first-child, td:first-child { text-align: left; white-space: normal }
svg { width: 100%; height: auto; font-size: 11px } svg text { fill: currentColor }
.automated { fill: var(--automated) } .handled { fill: var(--handled) }
.target { stroke: currentColor; stroke-width: 2; stroke-dasharray: 4 3 } ul { padding-left: 1.2rem; margin: 0 }`

const WIDTH = 720
const HEIGHT = 180
const BASE = 150

function chart({ weeks, automationTarget }: Pick<DigestText, 'weeks' | 'automationTarget'>): string {
  const wanted = wantedAutomated(weeks, automationTarget)
  const most = Math.max(...weeks.map(({ automated, handled }) => automated + handled), ...(wanted ?? [0]))
  if (most === 0) return ''
  const step = WIDTH / weeks.length
  const bars = weeks.map(({ label, automated, handled }, at) => {
    const x = at * step + step * 0.2
    const width = step * 0.6
    const tall = (value: number) => (value / most) * (BASE - 24)
    const low = tall(automated)
    const high = tall(handled)
    const total = automated + handled
    const target = wanted?.[at]
    const line =
      target === undefined
        ? ''
        : `<line class="target" x1="${x - 6}" x2="${x + width + 6}" y1="${BASE - tall(target)}" y2="${BASE - tall(target)}"/>`
    return `<g><title>${escape(label)}: ${automated} fully automated, ${handled} by hand</title>
<rect class="automated" x="${x}" y="${BASE - low}" width="${width}" height="${low}"/>
<rect class="handled" x="${x}" y="${BASE - low - high}" width="${width}" height="${high}"/>
<text x="${x + width / 2}" y="${BASE - low - high - 5}" text-anchor="middle">${total}</text>
<text x="${x + width / 2}" y="${BASE + 16}" text-anchor="middle">${escape(label.replace(/^\d{4}-/, ''))}</text>${line}</g>`
  })
  return `<h2>Completed per week</h2>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Completed runs per week">${bars.join('')}</svg>
<p class="soft"><svg viewBox="0 0 10 10" style="width:.8em" aria-hidden="true"><rect class="automated" width="10" height="10"/></svg> fully automated
<svg viewBox="0 0 10 10" style="width:.8em" aria-hidden="true"><rect class="handled" width="10" height="10"/></svg> by hand${wanted === undefined ? '' : ` <svg viewBox="0 0 20 10" style="width:1.6em" aria-hidden="true"><line class="target" x1="0" x2="20" y1="5" y2="5"/></svg> target: ${percentText(automationTarget ?? null)} of all runs fully automated`}</p>`
}

const list = (title: string, lines: string[]): string =>
  lines.length === 0
    ? ''
    : `<h2>${escape(title)}</h2><ul>${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`

const meanings = (numbers: DigestText['numbers']): string =>
  `<details><summary>What this means</summary><dl>${numbers
    .map(({ label, meaning }) => `<dt>${escape(label)}</dt><dd>${escape(meaning)}</dd>`)
    .join('')}</dl></details>`

const cells = (row: string[], tag: 'th' | 'td') =>
  row.map((text) => `<${tag}>${escape(text)}</${tag}>`).join('')

function table(title: string, { head, rows }: DigestText['workflows']): string {
  if (rows.length === 0) return ''
  return `<h2>${title}</h2><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${cells(head, 'th')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}</tbody></table></div>`
}

export function digestHtml(text: DigestText): string {
  const numbers = text.numbers.map(
    ({ label, value, was, trend, target }) =>
      `<div>${escape(label)}<b>${escape(value)} ${trend}</b><span class="soft">${escape(was)}</span>${target ? `<br><span class="${target.isMet === false ? 'missed' : 'soft'}">${escape(targetText(target))}</span>` : ''}</div>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(`${text.title}, ${text.days}`)}</title><style>${style}</style></head><body><main>
<h1>${escape(text.title)}</h1><div class="soft">${escape(text.days)}</div>
<p class="sentence">${escape(text.sentence)}</p>${text.change === '' ? '' : `<p>${escape(text.change)}</p>`}<p class="soft">${escape(text.ledger)}</p>${text.ignored === '' ? '' : `<p class="soft">${escape(text.ignored)}</p>`}
${text.isEmpty ? '' : `<div class="numbers">${numbers.join('\n')}</div>${meanings(text.numbers)}`}
${text.isEmpty ? '' : chart(text)}
${table('Workflows', text.workflows)}
${table('Load by owner', text.load)}
${list('Money', text.money)}${list('Why runs stopped', text.reasons)}${list('Oldest open', text.oldest)}
${list('Needs follow-up', text.lookAfter)}${list('Reviews', text.reviews)}
${list('Corrections to the digest before', text.corrections)}${list('Corrections since this was first posted', text.since)}
</main>${text.auditHead === '' ? '' : `<footer class="soft hash">${escape(text.auditHead)}</footer>`}</body></html>`
}
