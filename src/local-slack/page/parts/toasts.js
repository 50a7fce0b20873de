// Short sentences that come and go: what Slack tells the person who acted.

import { html } from '../html.js'
import { Icon } from './icon.js'

export const Toasts = ({ toasts, onDismiss }) =>
  html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.map(
      (toast) =>
        html`<div class="toast" key=${toast.id}>
          <span>${toast.text}</span>
          <button type="button" class="button-icon" aria-label="Dismiss" onClick=${() => onDismiss(toast.id)}>
            <${Icon} name="close" />
          </button>
        </div>`,
    )}
  </div>`
