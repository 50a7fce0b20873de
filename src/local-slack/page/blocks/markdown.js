// markdown: the standard kind (# heading, **bold**, - list, [words](url)), turned into parts and drawn as text.

import { html } from '../html.js'
import { Link } from '../text/text.js'

const spans =
  /(`[^`\n]+`)|(\*\*[^*\n]+\*\*)|(\*[^*\n]+\*|_[^_\n]+_)|(~~[^~\n]+~~)|\[([^\]\n]*)\]\(([^)\s]+)\)/g

const inline = (text) => {
  const found = []
  let at = 0
  for (const match of text.matchAll(spans)) {
    found.push(text.slice(at, match.index))
    const [whole, code, bold, italic, strike, words, url] = match
    if (code) found.push(html`<code>${code.slice(1, -1)}</code>`)
    else if (bold) found.push(html`<strong>${bold.slice(2, -2)}</strong>`)
    else if (italic) found.push(html`<em>${italic.slice(1, -1)}</em>`)
    else if (strike) found.push(html`<s>${strike.slice(2, -2)}</s>`)
    else found.push(html`<${Link} url=${url}>${words || url}<//>`)
    at = match.index + whole.length
  }
  return [...found, text.slice(at)]
}

const item = /^\s*(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/

/** Lines gathered into the parts of a page: heading, list, quote, code, paragraph. */
const partsOf = (text) => {
  const parts = []
  let fence = null
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      if (fence) fence = null
      else parts.push((fence = { kind: 'code', lines: [] }))
      continue
    }
    if (fence) {
      fence.lines.push(line)
      continue
    }
    const heading = /^(#{1,6})\s+(.*)$/.exec(line)
    const listed = item.exec(line)
    const last = parts.at(-1)
    if (heading) parts.push({ kind: 'heading', level: heading[1].length, lines: [heading[2]] })
    else if (/^(-{3,}|\*{3,})\s*$/.test(line)) parts.push({ kind: 'rule', lines: [] })
    else if (listed) {
      const kind = listed[1] ? 'bullets' : 'numbers'
      if (last?.kind === kind) last.lines.push(listed[3])
      else parts.push({ kind, lines: [listed[3]] })
    } else if (line.startsWith('>')) {
      const words = line.replace(/^>\s?/, '')
      if (last?.kind === 'quote') last.lines.push(words)
      else parts.push({ kind: 'quote', lines: [words] })
    } else if (line.trim() === '') parts.push({ kind: 'gap', lines: [] })
    else if (last?.kind === 'words') last.lines.push(line)
    else parts.push({ kind: 'words', lines: [line] })
  }
  return parts.filter((part) => part.kind !== 'gap')
}

const broken = (lines) => lines.map((line, index) => html`${index > 0 && html`<br />`}${inline(line)}`)

const Part = ({ part }) => {
  switch (part.kind) {
    case 'heading':
      return html`<h3 class=${`md-heading md-heading-${part.level}`}>${inline(part.lines[0])}</h3>`
    case 'rule':
      return html`<hr class="block-divider" />`
    case 'bullets':
      return html`<ul>
        ${part.lines.map((line) => html`<li>${inline(line)}</li>`)}
      </ul>`
    case 'numbers':
      return html`<ol>
        ${part.lines.map((line) => html`<li>${inline(line)}</li>`)}
      </ol>`
    case 'quote':
      return html`<blockquote>${broken(part.lines)}</blockquote>`
    case 'code':
      return html`<pre>${part.lines.join('\n')}</pre>`
    default:
      return html`<p>${broken(part.lines)}</p>`
  }
}

export const MarkdownBlock = ({ block }) =>
  html`<div class="markdown">
    ${partsOf(String(block.text ?? '')).map((part, index) => html`<${Part} key=${index} part=${part} />`)}
  </div>`
