// A menu of things to do: arrows move, Enter chooses. Used by overflow elements and by the page itself.

import { html, names } from '../html.js'
import { Popover } from './popover.js'

const move = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  event.preventDefault()
  const items = [...event.currentTarget.querySelectorAll('[role^="menuitem"]')]
  const at = items.indexOf(document.activeElement)
  items.at((at + step + items.length) % items.length)?.focus()
}

/**
 * @param {{button: (props: object, isOpen: boolean) => any, label: string, items: {key: string, label: any, note?: any, isDanger?: boolean, isChosen?: boolean, onChoose: () => void}[]}} props
 */
export const Menu = ({ button, label, items }) =>
  html`<${Popover} button=${button} role="menu" label=${label}>
    ${(close) =>
      html`<div class="menu" onKeyDown=${move}>
        ${items.map(
          (item) =>
            html`<button
              type="button"
              key=${item.key}
              role=${item.isChosen === undefined ? 'menuitem' : 'menuitemradio'}
              aria-checked=${item.isChosen === undefined ? undefined : String(item.isChosen)}
              class=${names('menu-item', item.isDanger && 'menu-item-danger')}
              onClick=${() => {
                close()
                item.onChoose()
              }}
            >
              <span>${item.label}</span>
              ${item.note && html`<span class="note">${item.note}</span>`}
            </button>`,
        )}
      </div>`}
  <//>`
