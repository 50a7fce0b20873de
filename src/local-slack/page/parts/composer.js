// Where a person writes. A line that starts with / completes the app's commands; @ completes people.

import { Menu } from '../elements/menu.js'
import { freshId, html, names, useMemo, useRef, useState } from '../html.js'
import { useWorkspace } from '../workspace.js'
import { Icon } from './icon.js'

const MOST_OFFERED = 20

/** Words a usage hint offers after the command: `status <run> | list | replay <run>`. */
const usages = ({ command, usageHint }) =>
  usageHint
    .split('|')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((usage) => ({
      insert: `${command} ${usage.replace(/[<[].*$/, '').trim()} `,
      label: `${command} ${usage}`,
      note: '',
    }))

/** What could follow what stands in the field. */
const suggestions = (text, { commands, people }) => {
  if (text.startsWith('/')) {
    const offered = commands.flatMap((one) => [
      { insert: `${one.command} `, label: one.command, note: one.description },
      ...usages(one),
    ])
    return offered
      .filter((one) => one.label.startsWith(text.trimEnd()) && one.insert.trim() !== text.trim())
      .slice(0, MOST_OFFERED)
  }
  const at = /(?:^|\s)@([\w.-]*)$/.exec(text)
  if (!at) return []
  const start = text.length - at[1].length - 1
  return people
    .filter(
      (one) => !one.isDeleted && `${one.handle} ${one.name}`.toLowerCase().includes(at[1].toLowerCase()),
    )
    .slice(0, 8)
    .map((one) => ({
      insert: `${text.slice(0, start)}@${one.handle} `,
      label: one.name,
      note: `@${one.handle}`,
    }))
}

/** Enter takes a suggestion where sending would send half a word. */
const isUnfinished = (text, commands) =>
  !commands.some(({ command }) => text === command || text.startsWith(`${command} `))

const Shortcuts = () => {
  const { workspace, ask } = useWorkspace()
  const items = workspace.shortcuts
    .filter((one) => one.type === 'global')
    .map((one) => ({
      key: one.callbackId,
      label: one.name,
      note: one.description,
      onChoose: () => void ask('shortcut', { callbackId: one.callbackId }),
    }))
  if (items.length === 0) return null
  return html`<${Menu}
    label="Shortcuts"
    items=${items}
    button=${(button) =>
      html`<button ...${button} class="button-icon" aria-label="Shortcuts" title="Shortcuts">
        <${Icon} name="bolt" />
      </button>`}
  />`
}

/**
 * Slack takes commands and shortcuts in a conversation, not in a thread.
 * @param {{place: string, inThread?: boolean, onSend: (text: string) => Promise<boolean>}} props
 */
export const Composer = ({ place, inThread = false, onSend }) => {
  const { workspace } = useWorkspace()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const [isClosed, setClosed] = useState(false)
  const [isSending, setSending] = useState(false)
  const [id] = useState(() => freshId('suggestions'))
  const field = useRef(null)
  const { people } = workspace
  const commands = inThread ? [] : workspace.commands
  const offered = useMemo(
    () => (isClosed ? [] : suggestions(text, { commands, people })),
    [text, isClosed, commands, people],
  )

  const type = (value) => {
    setText(value)
    setActive(0)
    setClosed(false)
  }
  const take = (one) => {
    type(one.insert)
    field.current.focus()
  }
  const send = async () => {
    const words = text.trim()
    if (!words || isSending) return
    setSending(true)
    setText('')
    const isSent = await onSend(words)
    setSending(false)
    if (!isSent) setText(words)
  }
  const onKeyDown = (event) => {
    if (event.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (offered.length > 0 && step) {
      event.preventDefault()
      setActive((active + step + offered.length) % offered.length)
    } else if (offered.length > 0 && event.key === 'Tab' && !event.shiftKey) {
      event.preventDefault()
      take(offered[active])
    } else if (offered.length > 0 && event.key === 'Escape') {
      event.preventDefault()
      setClosed(true)
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (offered.length > 0 && isUnfinished(text, commands)) take(offered[active])
      else void send()
    }
  }

  return html`<div class="composer">
    ${
      offered.length > 0 &&
      html`<ul class="suggestions" role="listbox" id=${id} aria-label="Suggestions">
        ${offered.map(
          (one, index) =>
            html`<li
              key=${one.label}
              id=${`${id}-${index}`}
              role="option"
              aria-selected=${String(index === active)}
              class=${names('suggestion', index === active && 'suggestion-active')}
              onPointerDown=${(event) => {
                event.preventDefault()
                take(one)
              }}
            >
              <span>${one.label}</span><span class="note">${one.note}</span>
            </li>`,
        )}
        <li class="suggestions-help note" role="presentation">↑ ↓ to choose, Tab to take, Enter to send</li>
      </ul>`
    }
    <div class="composer-box">
      ${!inThread && html`<${Shortcuts} />`}
      <textarea
        ref=${field}
        rows="1"
        role="combobox"
        aria-label=${`Message ${place}`}
        aria-expanded=${String(offered.length > 0)}
        aria-controls=${id}
        aria-activedescendant=${offered.length > 0 ? `${id}-${active}` : undefined}
        placeholder=${inThread ? 'Reply…' : `Message ${place} or type /`}
        value=${text}
        onInput=${(event) => type(event.target.value)}
        onKeyDown=${onKeyDown}
      ></textarea>
      <button
        type="button"
        class="send"
        aria-label="Send"
        disabled=${!text.trim() || isSending}
        onClick=${send}
      >
        <${Icon} name="send" />
      </button>
    </div>
  </div>`
}
