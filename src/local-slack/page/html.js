// The one place that names the rendering library: htm with preact, served by the local Slack itself.

import { Component, html } from './vendor/preact.js'

export {
  createContext,
  html,
  render,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from './vendor/preact.js'

/** class="…" from words and from what may be absent. */
export const names = (...parts) => parts.filter(Boolean).join(' ')

let counter = 0
/** An id no other part of the page has. */
export const freshId = (prefix) => `${prefix}-${++counter}`

const isSame = (one, other) => {
  const keys = Object.keys(other)
  return keys.length === Object.keys(one).length && keys.every((key) => one[key] === other[key])
}

/** Draws a part anew only when something it was given is another thing than before. */
export const ifChanged = (Drawing) =>
  class extends Component {
    shouldComponentUpdate(next) {
      return !isSame(this.props, next)
    }
    render(props) {
      return html`<${Drawing} ...${props} />`
    }
  }
