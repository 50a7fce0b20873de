// Fields that a person types into. They keep what is typed; with dispatch_action they also tell the app.

import { html, names, useLayoutEffect, useRef } from '../html.js'
import { plainText } from '../text/text.js'

const browserType = { email_text_input: 'email', url_text_input: 'url' }
const keyboard = { number_input: 'decimal' }

/**
 * @param {{element: any, value: any, onType: (value: any) => void, onEnter?: () => void, label?: string, id: string, describedBy?: string, isInvalid?: boolean}} props
 */
export const TypedField = ({ element, value, onType, onEnter, id, describedBy, isInvalid }) => {
  const field = useRef(null)
  const isLong = element.multiline || element.type === 'rich_text_input'
  useLayoutEffect(() => {
    if (element.focus_on_load) field.current?.focus()
  }, [])
  const shared = {
    ref: field,
    id,
    class: names('field', isLong && 'field-long'),
    value: value ?? '',
    placeholder: plainText(element.placeholder),
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid ? 'true' : undefined,
    autocomplete: 'off',
    onInput: (event) => onType(event.target.value === '' ? null : event.target.value),
  }
  if (isLong) return html`<textarea ...${shared} rows=${element.min_lines ?? 4}></textarea>`
  return html`<input
    ...${shared}
    type=${browserType[element.type] ?? 'text'}
    inputmode=${keyboard[element.type]}
    onKeyDown=${(event) => {
      if (event.key !== 'Enter' || !onEnter) return
      event.preventDefault()
      onEnter()
    }}
  />`
}
