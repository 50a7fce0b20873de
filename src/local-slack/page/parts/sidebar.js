// The workspace at the left: who one acts as, channels, direct messages, the app.

import { html, names } from '../html.js'
import { Menu } from '../elements/menu.js'
import { useWorkspace } from '../workspace.js'
import { Avatar, Presence } from './avatar.js'
import { Icon } from './icon.js'

const Unread = ({ count }) =>
  count > 0 && html`<span class="unread" aria-label=${`${count} unread`}>${count > 99 ? '99+' : count}</span>`

const Row = ({ isHere, isBold, onGo, children }) =>
  html`<li>
    <button
      type="button"
      class=${names('place', isHere && 'place-here', isBold && 'place-unread')}
      aria-current=${isHere ? 'page' : undefined}
      onClick=${onGo}
    >
      ${children}
    </button>
  </li>`

const ActingAs = () => {
  const { workspace, person, actAs } = useWorkspace()
  const me = person(workspace.as)
  const people = workspace.people.filter((one) => !one.isBot)
  return html`<${Menu}
    label="Act as"
    button=${(button) =>
      html`<button ...${button} class="acting-as">
        <${Avatar} person=${me} size="small" />
        <span class="acting-words"><span class="note">acting as</span><strong>${me?.name}</strong></span>
        <span class="caret" aria-hidden="true"></span>
      </button>`}
    items=${people.map((one) => ({
      key: one.id,
      label: html`<span class="who"><${Avatar} person=${one} size="tiny" /> ${one.name}</span>`,
      note: one.isDeleted ? 'deactivated' : one.isAway ? 'away' : `@${one.handle}`,
      isChosen: one.id === workspace.as,
      onChoose: () => actAs(one.id),
    }))}
  />`
}

const Channels = ({ channels, place }) => {
  const { go } = useWorkspace()
  return html`<section>
    <h2 class="sidebar-title">Channels</h2>
    <ul>
      ${channels.map(
        (one) =>
          html`<${Row}
            key=${one.id}
            isHere=${place.channel === one.id}
            isBold=${one.unread > 0}
            onGo=${() => go({ channel: one.id })}
          >
            <span class="place-mark" aria-hidden="true"
              >${one.kind === 'private' ? html`<${Icon} name="lock" />` : '#'}</span
            >
            <span class="place-name"
              >${one.name}${one.isArchived && html`<span class="note"> (archived)</span>`}</span
            >
            <${Unread} count=${one.unread} />
          <//>`,
      )}
    </ul>
    ${channels.length === 0 && html`<p class="sidebar-empty">No channels yet.</p>`}
  </section>`
}

const People = ({ place }) => {
  const { workspace, go, openDirect } = useWorkspace()
  const others = workspace.people.filter((one) => one.id !== workspace.as && !one.isBot)
  const directWith = new Map(
    workspace.channels.filter((one) => one.kind === 'im').map((one) => [one.with, one]),
  )
  return html`<section>
    <h2 class="sidebar-title">Direct messages</h2>
    <ul>
      ${others.map((one) => {
        const channel = directWith.get(one.id)
        return html`<${Row}
          key=${one.id}
          isHere=${Boolean(channel) && place.channel === channel.id}
          isBold=${channel?.unread > 0}
          onGo=${() => (channel ? go({ channel: channel.id }) : openDirect(one.id))}
        >
          <span class="place-face"><${Avatar} person=${one} size="tiny" /><${Presence} person=${one} /></span>
          <span class="place-name">${one.name}</span>
          <${Unread} count=${channel?.unread} />
        <//>`
      })}
    </ul>
  </section>`
}

const App = ({ place }) => {
  const { workspace, person, go } = useWorkspace()
  const bot = person(workspace.bot)
  if (!bot) return null
  const direct = workspace.channels.find((one) => one.kind === 'im' && one.with === bot.id)
  const isOn = workspace.app.mode !== 'none'
  return html`<section>
    <h2 class="sidebar-title">Apps</h2>
    <ul>
      <${Row}
        isHere=${place.isHome || (Boolean(direct) && place.channel === direct.id)}
        isBold=${direct?.unread > 0}
        onGo=${() => go({ home: true })}
      >
        <${Avatar} person=${bot} size="tiny" />
        <span class="place-name">${bot.name}</span>
        ${!isOn && html`<span class="note">not connected</span>`}
        <${Unread} count=${direct?.unread} />
      <//>
    </ul>
  </section>`
}

export const Sidebar = ({ place }) => {
  const { workspace } = useWorkspace()
  const channels = workspace.channels
    .filter((one) => one.kind !== 'im')
    .toSorted(
      (one, other) => Number(one.isArchived) - Number(other.isArchived) || one.name.localeCompare(other.name),
    )
  return html`<nav class="sidebar" aria-label="Workspace">
    <div class="sidebar-head"><span class="team-name">${workspace.team.name}</span></div>
    <${ActingAs} />
    <div class="sidebar-scroll">
      <${App} place=${place} />
      <${Channels} channels=${channels} place=${place} />
      <${People} place=${place} />
    </div>
  </nav>`
}
