// What an element may do where it stands: hold a value, act, show what was wrong with it.

import { createContext, html, useContext, useMemo, useState } from '../html.js'
import { useDirectory } from '../workspace.js'
import { initialValue } from './values.js'

/**
 * @typedef {object} Kit
 * @property {(block: any, element: any) => any} valueOf what it holds now
 * @property {(block: any, element: any, value: any) => void} keep only remember it (inputs of a form)
 * @property {(block: any, element: any, value?: any) => Promise<boolean>} act send it to the app
 * @property {(block: any, element: any) => boolean} isBusy
 * @property {Record<string, string>} errors by block_id
 * @property {object} container where it stands: a message or a view
 */

const KitContext = createContext(null)

/** @returns {Kit} */
export const useKit = () => useContext(KitContext)

const keyOf = (block, element) => `${block.block_id}\n${element.action_id}`

/** @param {{container: object, values: object, onValues: (values: object) => void, errors?: object, children?: any}} props */
export const KitProvider = ({ container, values, onValues, errors = {}, children }) => {
  const { ask } = useDirectory()
  const [busy, setBusy] = useState(null)

  const keep = (block, element, value) => {
    const next = { ...values, [block.block_id]: { ...values[block.block_id], [element.action_id]: value } }
    onValues(next)
    return next
  }

  const act = async (block, element, value) => {
    const around = value === undefined ? values : keep(block, element, value)
    setBusy(keyOf(block, element))
    const answer = await ask('press', {
      container,
      blockId: block.block_id,
      actionId: element.action_id,
      value,
      values: around,
    })
    setBusy(null)
    // an answer of "no" in the dialog leaves the choice as it was
    if (!answer.ok && value !== undefined) onValues(values)
    return answer.ok
  }

  const kit = useMemo(
    () => ({
      valueOf: (block, element) => {
        const kept = values[block.block_id]?.[element.action_id]
        return kept === undefined ? initialValue(element) : kept
      },
      keep,
      act,
      isBusy: (block, element) => busy === keyOf(block, element),
      errors,
      container,
    }),
    [values, busy, errors, container],
  )
  return html`<${KitContext.Provider} value=${kit}>${children}<//>`
}

/** For messages: their elements remember what was chosen until the message is gone from the screen. */
export const MessageKit = ({ message, children }) => {
  const [values, setValues] = useState({})
  const container = useMemo(
    () => ({ channel: message.channel, ts: message.ts }),
    [message.channel, message.ts],
  )
  return html`<${KitProvider} container=${container} values=${values} onValues=${setValues}>${children}<//>`
}
