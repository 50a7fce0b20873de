// A list of messages, newest at the bottom. It draws a window of them; scrolling up asks for older ones.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js'
import { dayName, isSameDay, msOf } from '../text/dates.js'
import { useDirectory } from '../workspace.js'
import { Message } from './message.js'

const near = 80
const togetherMs = 5 * 60_000

const isCompact = (message, before) =>
  Boolean(before) &&
  before.user === message.user &&
  !message.ephemeralTo === !before.ephemeralTo &&
  msOf(message.ts) - msOf(before.ts) < togetherMs &&
  isSameDay(msOf(message.ts), msOf(before.ts)) &&
  message.blocks.length === 0

const Rows = ({ messages, unreadAfter, inThread }) => {
  const { nowMs, as } = useDirectory()
  const now = nowMs()
  const firstUnread = messages.findIndex(
    (one) => unreadAfter && Number(one.ts) > Number(unreadAfter) && one.user !== as,
  )
  return messages.flatMap((message, index) => {
    const before = messages[index - 1]
    const isFirstReply = inThread && index === 1
    const isNewDay = !before || !isSameDay(msOf(before.ts), msOf(message.ts))
    return [
      !inThread &&
        isNewDay &&
        html`<li class="day" key=${`day-${message.ts}`}>
          <span>${dayName(msOf(message.ts), now)}</span>
        </li>`,
      index === firstUnread && html`<li class="new-mark" key="new"><span>New</span></li>`,
      html`<${Message}
        key=${message.ts}
        message=${message}
        isCompact=${index !== firstUnread && !isNewDay && !isFirstReply && isCompact(message, before)}
        inThread=${inThread}
      />`,
    ]
  })
}

/**
 * @param {{list: {messages: any[], before: string | null, hasNewer: boolean}, label: string, unreadAfter?: string, inThread?: boolean,
 *   onOlder: () => Promise<void>, onNewest?: () => void, onSeen?: (ts: string) => void, top?: any}} props
 */
export const MessageList = ({
  list,
  label,
  unreadAfter,
  inThread = false,
  onOlder,
  onNewest,
  onSeen,
  top,
}) => {
  const box = useRef(null)
  const isAtBottom = useRef(true)
  const keep = useRef(null)
  const [isLoading, setLoading] = useState(false)
  const [isAway, setAway] = useState(false)
  const { messages, before, hasNewer } = list
  const newest = messages.at(-1)?.ts

  const older = async () => {
    if (isLoading || !before) return
    setLoading(true)
    // what comes in front, and what goes at the end, must not move what is being read
    const first = box.current.querySelector('.message')
    keep.current = first && { ts: first.dataset.ts, top: first.getBoundingClientRect().top }
    await onOlder()
    setLoading(false)
  }

  useLayoutEffect(() => {
    const held = keep.current && box.current.querySelector(`[data-ts="${keep.current.ts}"]`)
    if (held) {
      box.current.scrollTop += held.getBoundingClientRect().top - keep.current.top
      keep.current = null
    } else if (isAtBottom.current && !hasNewer) box.current.scrollTop = box.current.scrollHeight
  }, [messages])

  useEffect(() => {
    // pictures and fonts change heights after the first drawing
    const follow = new ResizeObserver(() => {
      if (isAtBottom.current && box.current) box.current.scrollTop = box.current.scrollHeight
    })
    follow.observe(box.current.firstElementChild)
    return () => follow.disconnect()
  }, [])

  const seen = () => {
    if (newest && isAtBottom.current && !hasNewer && document.visibilityState === 'visible') onSeen?.(newest)
  }
  useEffect(() => {
    seen()
    document.addEventListener('visibilitychange', seen)
    return () => document.removeEventListener('visibilitychange', seen)
  }, [newest, hasNewer])

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current
    isAtBottom.current = scrollHeight - scrollTop - clientHeight < near
    if (isAway === isAtBottom.current) setAway(!isAtBottom.current)
    if (isAtBottom.current) seen()
    if (scrollTop < near) void older()
  }

  const jump = () => {
    isAtBottom.current = true
    if (hasNewer) return onNewest?.()
    box.current.scrollTop = box.current.scrollHeight
  }

  return html`<div
      class="scroller"
      ref=${box}
      onScroll=${onScroll}
      tabindex="0"
      role="region"
      aria-label=${label}
    >
      <div class="scroller-inner">
        ${
          before
            ? html`<button type="button" class="older" onClick=${older}>
                ${isLoading ? 'Reading older messages…' : 'Show older messages'}
              </button>`
            : top
        }
        <ol class="messages">
          <${Rows} messages=${messages} unreadAfter=${unreadAfter} inThread=${inThread} />
        </ol>
      </div>
    </div>
    ${
      (hasNewer || isAway) &&
      messages.length > 0 &&
      html`<button type="button" class="jump" onClick=${jump}>
        ↓ ${hasNewer ? 'Newest messages' : 'Jump to the end'}
      </button>`
    }`
}
