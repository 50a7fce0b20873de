// The page: sidebar, conversation or Home, thread and panel, and the dialogs above them.

import { html, names, render, useEffect, useState } from './html.js'
import { Conversation, Thread } from './parts/conversation.js'
import { Confirm } from './parts/dialog.js'
import { Header } from './parts/header.js'
import { Home } from './parts/home.js'
import { Modals } from './parts/modal.js'
import { Sidebar } from './parts/sidebar.js'
import { Toasts } from './parts/toasts.js'
import { TryPanel } from './parts/try.js'
import { useActs } from './use-acts.js'
import { useLists } from './use-lists.js'
import { usePlace } from './use-place.js'
import { useWorkspaceState } from './use-state.js'
import { useToasts } from './use-toasts.js'
import { WorkspaceProvider } from './workspace.js'

const wide = '(min-width: 1200px)'
/** Room for conversation, thread and panel beside each other. */
const widest = '(min-width: 1600px)'

const useTry = (place, go) => {
  const [isTrying, setTrying] = useState(() => matchMedia(wide).matches)
  // the panel gives way to a thread, and a thread to the panel
  const toggle = () => {
    const isHidden = isTrying && place.thread && !matchMedia(widest).matches
    if (isHidden || (!isTrying && place.thread)) go({ thread: null })
    setTrying(isHidden || !isTrying)
  }
  return { isTrying, toggle, close: () => setTrying(false) }
}

const useTitle = (workspace) =>
  useEffect(() => {
    const unread = workspace?.channels.reduce((sum, one) => sum + one.unread, 0) ?? 0
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${workspace?.team.name ?? 'Local Slack'}`
  }, [workspace])

const Starting = ({ problem }) =>
  html`<p class="starting" role="status">${problem || 'Opening the workspace…'}</p>`

const Banner = ({ isLive }) =>
  html`<div class="banner" role="note">
    Local Slack: nothing leaves this machine
    ${!isLive && html`<span class="banner-broken" role="status"> · connection lost, trying again…</span>`}
  </div>`

const NoChannel = () =>
  html`<div class="scroller">
    <div class="empty">
      <h2>Choose a channel</h2>
      <p class="note">The one in the address is not yours to read.</p>
    </div>
  </div>`

const App = () => {
  const [place, setPlace] = usePlace()
  const { toasts, say, dismiss } = useToasts()
  const kept = useWorkspaceState(place, setPlace)
  const { state, setState, reload } = kept
  const [isMenuOpen, setMenuOpen] = useState(false)
  const lists = useLists({ ...kept, place, say })
  const { channel, list, thread } = lists
  const as = state?.workspace.as
  const acts = useActs({ as, channel, place, setPlace, setState, reload, say })
  const { isTrying, ...trying } = useTry(place, acts.go)
  useTitle(state?.workspace)

  useEffect(() => {
    if (as && place.isHome) void acts.ask('home', {}, { isQuiet: true })
  }, [as, place.isHome])
  useEffect(() => setMenuOpen(false), [as])
  useEffect(() => {
    if (isMenuOpen) document.querySelector('.sidebar button')?.focus()
  }, [isMenuOpen])

  // the menu of a small screen closes also where one goes to where one is already
  const go = (next) => {
    setMenuOpen(false)
    acts.go(next)
  }

  if (!state) return html`<${Starting} problem=${kept.problem} />`

  const middle = () => {
    if (place.isHome) return html`<${Home} key=${as} />`
    if (!channel) return html`<${NoChannel} />`
    const { onOlder, onNewest } = lists
    return html`<${Conversation}
      ...${{ channel, list, onOlder, onNewest }}
      unreadAfter=${state.unreadAfter}
    />`
  }
  const layout = [isMenuOpen && 'frame-menu', isTrying && 'frame-try', thread && 'frame-thread']

  return html`<${WorkspaceProvider} state=${state} acts=${{ ...acts, go }}>
    <${Banner} isLive=${kept.isLive} />
    <div
      class=${names('frame', ...layout)}
      onKeyDown=${(event) => event.key === 'Escape' && setMenuOpen(false)}
    >
      <${Sidebar} place=${place} />
      <button
        type="button"
        class="menu-veil"
        aria-label="Close the menu"
        onClick=${() => setMenuOpen(false)}
      ></button>
      <main class="main">
        <${Header}
          place=${place}
          channel=${channel}
          isMenuOpen=${isMenuOpen}
          isTrying=${isTrying}
          onMenu=${() => setMenuOpen(!isMenuOpen)}
          onTry=${trying.toggle}
        />
        ${middle()}
      </main>
      ${
        thread &&
        channel &&
        html`<${Thread} thread=${thread} channel=${channel} onOlder=${lists.onOlderReplies} />`
      }
      ${isTrying && html`<${TryPanel} deliveries=${state.deliveries} onClose=${trying.close} />`}
    </div>
    <${Modals} />
    ${acts.confirm && html`<${Confirm} confirm=${acts.confirm} onAnswer=${acts.confirm.resolve} />`}
    <${Toasts} toasts=${toasts} onDismiss=${dismiss} />
    <div class="unseen" role="log" aria-live="polite">${kept.announcement}</div>
  <//>`
}

const root = document.querySelector('#app')
root.replaceChildren()
render(html`<${App} />`, root)
