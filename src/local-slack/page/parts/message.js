// One message: who, when, its blocks or text, files, reactions, thread, and what can be done with it.

import { Blocks } from '../blocks/blocks.js'
import { MessageKit } from '../elements/kit.js'
import { Menu } from '../elements/menu.js'
import { html, ifChanged, names } from '../html.js'
import { ago, clockTime, fullTime, msOf } from '../text/dates.js'
import { emojiOf, quickReactions } from '../text/emoji.js'
import { Mrkdwn } from '../text/text.js'
import { useDirectory } from '../workspace.js'
import { Avatar } from './avatar.js'
import { Icon } from './icon.js'

const Files = ({ files }) =>
  files.map((file) =>
    file.mimetype.startsWith('image/')
      ? html`<figure class="block-image" key=${file.id}>
          <figcaption>${file.title || file.name}</figcaption>
          <img src=${file.pageUrl} alt=${file.title || file.name} loading="lazy" />
        </figure>`
      : html`<a class="attached" key=${file.id} href=${file.pageUrl} target="_blank" rel="noopener">
          <${Icon} name="file" /> ${file.title || file.name}
          <span class="note"> ${Math.max(1, Math.round(file.size / 1024))} KB</span>
        </a>`,
  )

const Reactions = ({ message }) => {
  const { as, ask, person } = useDirectory()
  if (message.reactions.length === 0) return null
  return html`<div class="reactions">
    ${message.reactions.map(({ name, users }) => {
      const isMine = users.includes(as)
      const who = users.map((id) => person(id)?.name ?? id).join(', ')
      return html`<button
        type="button"
        key=${name}
        class=${names('reaction', isMine && 'reaction-mine')}
        aria-pressed=${String(isMine)}
        aria-label=${`${name.replaceAll('_', ' ')}: ${who}`}
        title=${`${who} reacted with :${name}:`}
        onClick=${() => ask('react', { channel: message.channel, ts: message.ts, name, remove: isMine })}
      >
        ${emojiOf(name) ?? `:${name}:`} ${users.length}
      </button>`
    })}
  </div>`
}

const Thread = ({ message }) => {
  const { go, person, nowMs } = useDirectory()
  if (message.replyCount === 0) return null
  return html`<button type="button" class="replies" onClick=${() => go({ thread: message.ts })}>
    ${message.replyUsers.slice(0, 3).map((id) => html`<${Avatar} key=${id} person=${person(id)} size="tiny" />`)}
    <span class="replies-count">${message.replyCount} ${message.replyCount === 1 ? 'reply' : 'replies'}</span>
    ${message.latestReply && html`<span class="note">Last ${ago(msOf(message.latestReply), nowMs())}</span>`}
  </button>`
}

const Tools = ({ message, inThread }) => {
  const { shortcuts, ask, go } = useDirectory()
  if (message.ephemeralTo) return null
  const where = { channel: message.channel, ts: message.ts }
  const items = [
    ...quickReactions.map((name) => ({
      key: name,
      label: `React ${emojiOf(name) ?? ''}`,
      note: name.replaceAll('_', ' '),
      onChoose: () => void ask('react', { ...where, name }),
    })),
    ...shortcuts
      .filter((one) => one.type === 'message')
      .map((one) => ({
        key: one.callbackId,
        label: one.name,
        note: one.description,
        onChoose: () => void ask('shortcut', { callbackId: one.callbackId, message: where }),
      })),
  ]
  return html`<div class="message-tools">
    ${
      !inThread &&
      html`<button
        type="button"
        class="button-icon"
        aria-label="Reply in thread"
        title="Reply in thread"
        onClick=${() => go({ thread: message.threadTs ?? message.ts })}
      >
        <${Icon} name="reply" />
      </button>`
    }
    <${Menu}
      label="Message actions"
      items=${items}
      button=${(button) => html`<button ...${button} class="button-icon" aria-label="Message actions" title="More"><${Icon} name="more" /></button>`}
    />
  </div>`
}

const OnlyYou = ({ message: { channel, ts } }) => {
  const { ask } = useDirectory()
  return html`<div class="only-you note">
    <${Icon} name="eye" /> Only visible to you ·
    <button type="button" class="button-link" onClick=${() => ask('dismiss', { channel, ts })}>
      Dismiss message
    </button>
  </div>`
}

const Time = ({ message }) => {
  const ms = msOf(message.ts)
  return html`<time class="message-time" datetime=${new Date(ms).toISOString()} title=${fullTime(ms)}
    >${clockTime(ms)}</time
  >`
}

/** @param {{message: import('../../contract.ts').Message, isCompact?: boolean, inThread?: boolean}} props */
export const Message = ifChanged(({ message, isCompact = false, inThread = false }) => {
  const { person } = useDirectory()
  const who = person(message.user)
  const name = who?.name ?? message.user
  return html`<li
    class=${names('message', isCompact && 'message-compact', message.ephemeralTo && 'message-ephemeral')}
    aria-label=${`${name}, ${clockTime(msOf(message.ts))}`}
    data-ts=${message.ts}
  >
    <div class="message-side">
      ${isCompact ? html`<${Time} message=${message} />` : html`<${Avatar} person=${who} />`}
    </div>
    <div class="message-main">
      ${message.ephemeralTo && html`<${OnlyYou} message=${message} />`}
      ${
        !isCompact &&
        html`<div class="message-head">
          <span class="message-name">${name}</span>
          ${message.isBot && html`<span class="app-badge">APP</span>`}
          ${who?.statusEmoji && html`<span title=${who.statusText}>${emojiOf(who.statusEmoji.replaceAll(':', '')) ?? ''}</span>`}
          <${Time} message=${message} />
        </div>`
      }
      <div class="message-body">
        ${
          message.blocks.length > 0
            ? html`<${MessageKit} message=${message}><${Blocks} blocks=${message.blocks} /><//>`
            : message.text && html`<${Mrkdwn} text=${message.text} />`
        }
        ${message.editedTs && !message.isBot && html`<span class="note"> (edited)</span>`}
      </div>
      <${Files} files=${message.files} />
      <${Reactions} message=${message} />
      ${!inThread && html`<${Thread} message=${message} />`}
    </div>
    <${Tools} message=${message} inThread=${inThread} />
  </li>`
})
