// The middle of the page: a channel or direct message with its head, messages and composer; and a thread.

import { html, names } from '../html.js'
import { useWorkspace } from '../workspace.js'
import { Avatar } from './avatar.js'
import { Composer } from './composer.js'
import { FirstSteps } from './first-steps.js'
import { MessageList } from './message-list.js'
import { Icon } from './icon.js'

const beginning = (channel, other, isEmpty) => {
  if (channel.kind !== 'im')
    return html`<div class="beginning">
      <h2>#${channel.name}</h2>
      <p class="note">${channel.purpose || `This is the very beginning of #${channel.name}.`}</p>
      ${isEmpty && !channel.isArchived && html`<${FirstSteps} />`}
    </div>`
  return html`<div class="beginning">
    <${Avatar} person=${other} size="large" />
    <h2>${other?.name}</h2>
    <p class="note">This conversation is just between the two of you.</p>
  </div>`
}

export const Conversation = ({ channel, list, unreadAfter, onOlder, onNewest }) => {
  const { person, ask, send } = useWorkspace()
  const other = channel.kind === 'im' ? person(channel.with) : undefined
  const name = other?.name ?? `#${channel.name}`
  return html`
    ${
      list
        ? html`<${MessageList}
            key=${channel.id}
            list=${list}
            label=${`Messages in ${name}`}
            unreadAfter=${unreadAfter}
            onOlder=${onOlder}
            onNewest=${onNewest}
            onSeen=${(ts) => Number(ts) > Number(channel.lastRead || 0) && ask('read', { channel: channel.id, ts }, { isQuiet: true })}
            top=${beginning(channel, other, list.messages.length === 0)}
          />`
        : html`<div class="scroller"><p class="note waiting">Reading messages…</p></div>`
    }
    ${
      channel.isArchived
        ? html`<p class="composer-closed">This channel is archived. Nothing more can be written here.</p>`
        : html`<${Composer}
            key=${channel.id}
            place=${name}
            onSend=${(text) => send({ channel: channel.id, text })}
          />`
    }
  `
}

export const Thread = ({ thread, channel, onOlder }) => {
  const { go, send } = useWorkspace()
  return html`<aside class=${names('pane', 'pane-thread')} aria-label="Thread">
    <header class="pane-head">
      <h2>Thread <span class="note">${channel.kind === 'im' ? '' : `#${channel.name}`}</span></h2>
      <button
        type="button"
        class="button-icon"
        aria-label="Close thread"
        onClick=${() => go({ thread: null })}
      >
        <${Icon} name="close" />
      </button>
    </header>
    <${MessageList}
      key=${thread.ts}
      list=${thread}
      label="Messages in this thread"
      inThread=${true}
      onOlder=${onOlder}
    />
    ${
      !channel.isArchived &&
      html`<${Composer}
        place="this thread"
        inThread=${true}
        onSend=${(text) => send({ channel: channel.id, text, thread: thread.ts })}
      />`
    }
  </aside>`
}
