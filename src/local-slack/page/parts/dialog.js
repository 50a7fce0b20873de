// A dialog above the page: focus goes in, stays in, and goes back where it was.

import { html, names, useLayoutEffect, useRef, useState } from '../html.js'

const focusable =
  'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), select:not([disabled]), summary, [tabindex="0"]'

/** @param {{label: string, onClose: () => void, class?: string, focus?: string, children?: any}} props */
export const Dialog = ({ label, onClose, class: className, focus, children }) => {
  const box = useRef(null)
  // before anything within takes it
  const [before] = useState(() => document.activeElement)

  // not a moment after it is seen: the next key is meant for it
  useLayoutEffect(() => {
    const first = (focus && box.current.querySelector(focus)) ?? box.current
    if (!box.current.contains(document.activeElement)) first.focus()
    return () => before?.isConnected && before.focus()
  }, [])

  const onKeyDown = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      return onClose()
    }
    if (event.key !== 'Tab') return
    const stops = [...box.current.querySelectorAll(focusable)].filter((one) => one.offsetParent !== null)
    const first = stops[0]
    const last = stops.at(-1)
    const isOut = !box.current.contains(document.activeElement) || document.activeElement === box.current
    if (event.shiftKey && (isOut || document.activeElement === first)) {
      event.preventDefault()
      last?.focus()
    } else if (!event.shiftKey && (isOut || document.activeElement === last)) {
      event.preventDefault()
      first?.focus()
    }
  }

  return html`<div class="veil">
    <div
      class=${names('dialog', className)}
      role="dialog"
      aria-modal="true"
      aria-label=${label}
      tabindex="-1"
      ref=${box}
      onKeyDown=${onKeyDown}
    >
      ${children}
    </div>
  </div>`
}

/** The dialog that an element's `confirm` asks for; says yes or no. */
export const Confirm = ({ confirm, onAnswer }) =>
  html`<${Dialog}
    label=${confirm.title}
    class="dialog-small"
    focus="[data-yes]"
    onClose=${() => onAnswer(false)}
  >
    <h2 class="dialog-title">${confirm.title}</h2>
    <p class="dialog-words">${confirm.text}</p>
    <div class="dialog-foot">
      <button type="button" class="button" onClick=${() => onAnswer(false)}>${confirm.deny}</button>
      <button
        type="button"
        data-yes
        class=${`button button-${confirm.style === 'danger' ? 'danger' : 'primary'}`}
        onClick=${() => onAnswer(true)}
      >
        ${confirm.confirm}
      </button>
    </div>
  <//>`
