// The line above a conversation or Home: its name, tabs of the app, and the way to menu and panel on small screens.

import { html, names } from '../html.js'
import { useWorkspace } from '../workspace.js'
import { Avatar } from './avatar.js'
import { Icon } from './icon.js'

const Tab = ({ label, isHere, onGo }) =>
  html`<button
    type="button"
    class=${names('tab', isHere && 'tab-here')}
    aria-current=${isHere ? 'page' : undefined}
    onClick=${onGo}
  >
    ${label}
  </button>`

const Tabs = ({ bot, place }) => {
  const { go, openDirect, workspace } = useWorkspace()
  const direct = workspace.channels.find((one) => one.kind === 'im' && one.with === bot.id)
  const toMessages = () => (direct ? go({ channel: direct.id }) : openDirect(bot.id))
  return html`<div class="tabs">
    <${Tab} label="Home" isHere=${place.isHome} onGo=${() => go({ home: true })} />
    <${Tab} label="Messages" isHere=${!place.isHome} onGo=${toMessages} />
  </div>`
}

export const Header = ({ place, channel, isMenuOpen, isTrying, onMenu, onTry }) => {
  const { person, workspace } = useWorkspace()
  const other = channel?.kind === 'im' ? person(channel.with) : undefined
  const bot = person(workspace.bot)
  const isApp = bot && (place.isHome || other?.id === bot.id)
  const who = isApp ? bot : other
  const active = workspace.faults.length
  return html`<header class="main-head">
    <button
      type="button"
      class="button-icon menu-button"
      aria-label="Channels and people"
      aria-expanded=${String(isMenuOpen)}
      onClick=${onMenu}
    >
      <${Icon} name="menu" />
    </button>
    <h1 class="main-title">
      ${who && html`<${Avatar} person=${who} size="small" />`}
      <span>${who?.name ?? (channel ? `#${channel.name}` : '')}</span>
      ${who?.isDeleted && html`<span class="note">deactivated</span>`}
    </h1>
    ${
      isApp
        ? html`<${Tabs} bot=${bot} place=${place} />`
        : channel?.topic && html`<span class="topic note">${channel.topic}</span>`
    }
    <span class="head-space"></span>
    ${channel && channel.kind !== 'im' && !place.isHome && html`<span class="note members" title="Members"><${Icon} name="people" /> ${channel.members.length}</span>`}
    <button
      type="button"
      class=${names('button', 'button-small', isTrying && 'button-on')}
      aria-pressed=${String(isTrying)}
      onClick=${onTry}
    >
      <${Icon} name="flask" />
      Try${active > 0 && html` <span class="unread" aria-label=${`${active} faults on`}>${active}</span>`}
    </button>
  </header>`
}
