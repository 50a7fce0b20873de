// Faults: what the app must live through. Each says what it does before it is thrown.

import { html, useState } from '../html.js'
import { useWorkspace } from '../workspace.js'

const kinds = {
  rate_limited: {
    label: 'Rate limited (429)',
    says: 'Calls are refused with Retry-After.',
    count: 3,
    ms: 2000,
  },
  server_error: { label: 'Server error (500)', says: 'Calls fail and nothing is done.', count: 1 },
  server_error_after_success: {
    label: 'Error after success (500)',
    says: 'The call is done, and then fails: did it happen?',
    count: 1,
  },
  slow: { label: 'Slow', says: 'Calls wait before they are answered.', count: 3, ms: 4000 },
  outage: {
    label: 'Outage',
    says: 'Every call gets an HTML 503 and no socket opens, until it is cleared.',
    count: null,
  },
  drop_sockets: { label: 'Drop the sockets', says: 'Connections of the app break at once.', count: 1 },
  duplicate_delivery: { label: 'Deliver twice', says: 'The next deliveries reach the app twice.', count: 1 },
  expired_trigger: {
    label: 'Expired trigger',
    says: 'The next trigger is already over: no modal opens.',
    count: 1,
  },
}

const perMethod = new Set(['rate_limited', 'server_error', 'server_error_after_success', 'slow'])

const describe = ({ kind, method, count }) =>
  [kinds[kind]?.label ?? kind, method && `on ${method}`, count !== null && `${count} more`]
    .filter(Boolean)
    .join(', ')

export const Faults = () => {
  const { workspace, arrange } = useWorkspace()
  const [method, setMethod] = useState('')
  const { faults } = workspace
  const raise = (kind) => {
    const { count, ms } = kinds[kind]
    return arrange('fault', { kind, count, ms, method: perMethod.has(kind) && method ? method : null })
  }
  return html`
    ${
      faults.length > 0 &&
      html`<ul class="plain-list active-faults" aria-label="Faults that are on">
        ${faults.map(
          (fault) =>
            html`<li key=${fault.id}>
              <span>${describe(fault)}</span>
              <button
                type="button"
                class="button button-small"
                aria-label=${`Clear ${describe(fault)}`}
                onClick=${() => arrange('clear-faults', { id: fault.id })}
              >
                Clear
              </button>
            </li>`,
        )}
        <li>
          <span></span
          ><button type="button" class="button button-small" onClick=${() => arrange('clear-faults', {})}>
            Clear all
          </button>
        </li>
      </ul>`
    }
    <label class="try-field">
      <span class="note">Only on this method (for 429, 500 and slow; empty: any)</span>
      <input
        class="field"
        list="methods"
        placeholder="chat.postMessage"
        value=${method}
        onInput=${(event) => setMethod(event.target.value.trim())}
      />
      <datalist id="methods">
        ${[
          'chat.postMessage',
          'chat.update',
          'chat.postEphemeral',
          'views.open',
          'views.update',
          'views.publish',
          'users.info',
        ].map((name) => html`<option value=${name}></option>`)}
      </datalist>
    </label>
    <ul class="plain-list fault-kinds">
      ${Object.entries(kinds).map(
        ([kind, { label, says }]) =>
          html`<li key=${kind}>
            <button type="button" class="button button-small" onClick=${() => raise(kind)}>${label}</button>
            <span class="note">${says}</span>
          </li>`,
      )}
    </ul>
  `
}
