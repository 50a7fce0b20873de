// What went to the app, newest first, and what became of it.

import { html } from '../html.js'
import { useWorkspace } from '../workspace.js'

const words = {
  pending: 'waiting',
  answered: 'answered',
  timed_out: 'no answer in 3 s',
  refused: 'refused',
  no_app: 'app not connected',
}

export const Deliveries = ({ deliveries }) => {
  const { person } = useWorkspace()
  if (deliveries.length === 0) return html`<p class="note">Nothing yet. Press a button or type a command.</p>`
  return html`<ul class="plain-list deliveries">
    ${deliveries
      .slice(-20)
      .toReversed()
      .map(
        (one) =>
          html`<li key=${one.id}>
            <span><code>${one.kind}</code> ${one.what}</span>
            <span class="note">
              ${person(one.user)?.name ?? ''} ·
              ${words[one.outcome] ?? one.outcome}${one.outcome === 'answered' && ` in ${Math.round(one.tookMs)} ms`}${one.attempts > 1 && ` · ${one.attempts} tries`}
            </span>
          </li>`,
      )}
  </ul>`
}
