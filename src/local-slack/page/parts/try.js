// The panel for trying things: example events, faults, people, the clock, and what went to the app.

import { html } from '../html.js'
import { useWorkspace } from '../workspace.js'
import { Deliveries } from './try-deliveries.js'
import { Examples } from './try-examples.js'
import { Faults } from './try-faults.js'
import { Clock, People } from './try-world.js'
import { Icon } from './icon.js'

const Part = ({ title, isOpen, children }) =>
  html`<details class="try-part" open=${isOpen}>
    <summary><h3>${title}</h3></summary>
    <div class="try-body">${children}</div>
  </details>`

export const TryPanel = ({ deliveries, onClose }) => {
  const { workspace } = useWorkspace()
  const active = workspace.faults.length
  return html`<aside class="pane pane-try" aria-label="Try things">
    <header class="pane-head">
      <h2>Try things</h2>
      <button type="button" class="button-icon" aria-label="Close the panel" onClick=${onClose}>
        <${Icon} name="close" />
      </button>
    </header>
    <div class="try-scroll">
      <${Part} title="Send an example event" isOpen=${true}><${Examples} /><//>
      <${Part} title=${active > 0 ? `Faults (${active} on)` : 'Faults'} isOpen=${true}><${Faults} /><//>
      <${Part} title="People"><${People} /><//>
      <${Part} title="Clock"><${Clock} /><//>
      <${Part} title="What went to the app"><${Deliveries} deliveries=${deliveries} /><//>
    </div>
  </aside>`
}
