// rich_text: sections, lists, quotes, preformatted text.

import { html } from '../html.js'
import { ChannelMention, DateMark, Emoji, GroupMention, Link, UserMention } from '../text/text.js'

const wraps = [
  ['bold', 'strong'],
  ['italic', 'em'],
  ['strike', 's'],
  ['underline', 'u'],
  ['code', 'code'],
]

const styled = (style, children) => {
  let shown = children
  for (const [name, tag] of wraps) if (style?.[name]) shown = html`<${tag}>${shown}<//>`
  return shown
}

const symbolOf = (unicode) => {
  const points = (unicode ?? '').split('-').map((part) => Number.parseInt(part, 16))
  return points.length > 0 && points.every((point) => point > 0 && point <= 0x10ffff)
    ? String.fromCodePoint(...points)
    : undefined
}

const inline = (element) => {
  switch (element.type) {
    case 'text':
      return element.text
    case 'link':
      return html`<${Link} url=${element.url}>${element.text || element.url}<//>`
    case 'user':
      return html`<${UserMention} id=${element.user_id} />`
    case 'usergroup':
      return html`<${GroupMention} id=${element.usergroup_id} />`
    case 'channel':
      return html`<${ChannelMention} id=${element.channel_id} />`
    case 'broadcast':
      return html`<span class="mention mention-me">@${element.range}</span>`
    case 'emoji': {
      const symbol = symbolOf(element.unicode)
      return symbol ? html`<span class="emoji">${symbol}</span>` : html`<${Emoji} name=${element.name} />`
    }
    case 'date':
      return html`<${DateMark} ...${element} />`
    case 'color':
      return html`<span
        ><svg class="swatch" viewBox="0 0 8 8" aria-hidden="true">
          <rect width="8" height="8" fill=${element.value} /></svg
        >${element.value}</span
      >`
    case 'team':
      return html`<span class="mention">${element.team_id}</span>`
    default:
      return html`<span class="unknown-element">${element.text ?? element.type}</span>`
  }
}

const line = (elements) =>
  (elements ?? []).map(
    (element, index) => html`<span key=${index}>${styled(element.style, inline(element))}</span>`,
  )

const List = ({ element }) => {
  const Tag = element.style === 'ordered' ? 'ol' : 'ul'
  return html`<${Tag}
    class=${`rich-list rich-indent-${element.indent ?? 0}`}
    start=${(element.offset ?? 0) + 1}
  >
    ${element.elements.map((item, index) => html`<li key=${index}>${line(item.elements)}</li>`)}
  <//>`
}

const Part = ({ element }) => {
  switch (element.type) {
    case 'rich_text_list':
      return html`<${List} element=${element} />`
    case 'rich_text_quote':
      return html`<blockquote>${line(element.elements)}</blockquote>`
    case 'rich_text_preformatted':
      return html`<pre>${line(element.elements)}</pre>`
    default:
      return html`<div class="rich-section">${line(element.elements)}</div>`
  }
}

export const RichText = ({ content }) =>
  html`<div class="rich-text">
    ${(content.elements ?? []).map((element, index) => html`<${Part} key=${index} element=${element} />`)}
  </div>`

export const RichTextBlock = ({ block }) => html`<${RichText} content=${block} />`
