// actions and context_actions: a row of elements.

import { html } from '../html.js'
import { Element } from '../elements/element.js'

const row =
  (className) =>
  ({ block }) =>
    html`<div class=${className}>
      ${block.elements.map(
        (element, index) =>
          html`<${Element} key=${element.action_id ?? index} block=${block} element=${element} />`,
      )}
    </div>`

export const ActionsBlock = row('block-actions')
export const ContextActionsBlock = row('block-actions block-context-actions')
