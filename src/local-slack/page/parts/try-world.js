// People who leave or are away, and the workspace's clock.

import { html } from '../html.js'
import { fullTime } from '../text/dates.js'
import { useWorkspace } from '../workspace.js'
import { Avatar } from './avatar.js'

const Switch = ({ label, isOn, onChange }) =>
  html`<label class="switch">
    <input
      type="checkbox"
      role="switch"
      checked=${isOn}
      onChange=${(event) => onChange(event.target.checked)}
    />
    <span>${label}</span>
  </label>`

export const People = () => {
  const { workspace, arrange } = useWorkspace()
  return html`<ul class="plain-list people-switches">
    ${workspace.people
      .filter((one) => !one.isBot)
      .map(
        (one) =>
          html`<li key=${one.id} aria-label=${one.name}>
            <span class="who"><${Avatar} person=${one} size="tiny" /> ${one.name}</span>
            <span class="switches">
              <${Switch}
                label="away"
                isOn=${one.isAway}
                onChange=${(isAway) => arrange('person', { user: one.id, isAway })}
              />
              <${Switch}
                label="left"
                isOn=${one.isDeleted}
                onChange=${(isDeleted) => arrange('person', { user: one.id, isDeleted })}
              />
            </span>
          </li>`,
      )}
  </ul>`
}

const minute = 60_000
const steps = [
  ['+15 minutes', 15 * minute],
  ['+1 hour', 60 * minute],
  ['+1 day', 24 * 60 * minute],
]

export const Clock = () => {
  const { nowMs, arrange } = useWorkspace()
  return html`
    <p>${fullTime(nowMs())}</p>
    <div class="button-row">
      ${steps.map(
        ([label, advanceMs]) =>
          html`<button
            type="button"
            key=${label}
            class="button button-small"
            onClick=${() => arrange('clock', { advanceMs })}
          >
            ${label}
          </button>`,
      )}
      <button
        type="button"
        class="button button-small"
        onClick=${() => arrange('clock', { advanceMs: 0, reset: true })}
      >
        Back to now
      </button>
    </div>
    <p class="note">This is the clock of this workspace; the product keeps its own.</p>
  `
}
