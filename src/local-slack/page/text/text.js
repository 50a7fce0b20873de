// Draws text: mrkdwn, plain text objects, mentions. Every word goes in as text, never as HTML.

import { html, names } from '../html.js'
import { useDirectory } from '../workspace.js'
import { slackDate } from './dates.js'
import { emojiOf, withEmoji } from './emoji.js'
import { parseMrkdwn, safeUrl } from './mrkdwn.js'

export const Link = ({ url, children }) =>
  safeUrl(url)
    ? html`<a href=${url} target="_blank" rel="noopener noreferrer">${children}</a>`
    : html`<span>${children}</span>`

export const Emoji = ({ name }) => {
  const symbol = emojiOf(name)
  return symbol
    ? html`<span class="emoji" role="img" aria-label=${name.replaceAll('_', ' ')}>${symbol}</span>`
    : html`<span class="emoji-unknown">:${name}:</span>`
}

export const UserMention = ({ id, text }) => {
  const { as, person } = useDirectory()
  const name = person(id)?.name ?? (text || id)
  return html`<span class=${names('mention', id === as && 'mention-me')}>@${name}</span>`
}

export const ChannelMention = ({ id, text }) => {
  const { channel, go } = useDirectory()
  const found = channel(id)
  if (!found) return html`<span class="mention">#${text || id}</span>`
  return html`<button type="button" class="mention" onClick=${() => go({ channel: id })}>
    #${found.name}
  </button>`
}

export const GroupMention = ({ id, text }) => {
  const { as, groups } = useDirectory()
  const group = groups.find((one) => one.id === id)
  const mine = group?.members.includes(as)
  return html`<span class=${names('mention', mine && 'mention-me')}>@${group?.handle ?? (text || id)}</span>`
}

export const DateMark = ({ timestamp, format, url, fallback }) => {
  const { nowMs } = useDirectory()
  const shown = slackDate(timestamp, format, nowMs()) || fallback
  const time = html`<time datetime=${new Date(timestamp * 1000).toISOString()}>${shown}</time>`
  return safeUrl(url ?? '') ? html`<${Link} url=${url}>${time}<//>` : time
}

const tags = { bold: 'strong', italic: 'em', strike: 's' }

const Inline = ({ node }) => {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'code':
      return html`<code>${node.text}</code>`
    case 'link':
      return html`<${Link} url=${node.url}>${node.text}<//>`
    case 'user':
      return html`<${UserMention} id=${node.id} text=${node.text} />`
    case 'channel':
      return html`<${ChannelMention} id=${node.id} text=${node.text} />`
    case 'group':
      return html`<${GroupMention} id=${node.id} text=${node.text} />`
    case 'broadcast':
      return html`<span class="mention mention-me">@${node.text}</span>`
    case 'date':
      return html`<${DateMark} ...${node} />`
    case 'emoji':
      return html`<${Emoji} name=${node.name} />`
    default:
      return html`<${tags[node.kind]}>${node.children.map((child) => html`<${Inline} node=${child} />`)}<//>`
  }
}

const line = (nodes) => nodes.map((node) => html`<${Inline} node=${node} />`)

export const Mrkdwn = ({ text }) => {
  const parts = parseMrkdwn(text)
  return html`<div class="mrkdwn">
    ${parts.map((part, index) => {
      if (part.kind === 'pre') return html`<pre>${part.text}</pre>`
      if (part.kind === 'quote')
        return html`<blockquote>${part.lines.map((nodes) => html`<div>${line(nodes)}</div>`)}</blockquote>`
      const isBreak = part.children.length === 0
      return html`${line(part.children)}${(isBreak || parts[index + 1]?.kind === 'line') && html`<br />`}`
    })}
  </div>`
}

/** A text object, whichever of the two it is. */
export const Text = ({ object }) => {
  if (!object) return null
  if (object.type === 'mrkdwn') return html`<${Mrkdwn} text=${object.text ?? ''} />`
  return html`<span class="plain">${plainText(object)}</span>`
}

/** The words of a text object without any marks: for labels and titles. */
export const plainText = (object) => withEmoji(object?.text ?? '')
