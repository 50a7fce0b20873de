// A block this page has no drawing for: its name, and what it holds on request.

import { html } from '../html.js'

export const UnknownBlock = ({ block }) =>
  html`<details class="unknown-block">
    <summary>A block of type “${String(block.type)}”, which this page cannot draw</summary>
    <pre>${JSON.stringify(block, null, 2).slice(0, 20_000)}</pre>
  </details>`
