// Draws an element that stands in a section or among actions: using it tells the app at once.

import { html } from '../html.js'
import { plainText } from '../text/text.js'
import { Boxes } from './boxes.js'
import { Button, FeedbackButtons, IconButton, Overflow } from './button.js'
import { DateField } from './dates.js'
import { useKit } from './kit.js'
import { Select } from './select.js'
import { TypedField } from './typed.js'
import { ImageElement } from '../blocks/image.js'

const isSelect = (type) => type.endsWith('_select')
const isDate = (type) => ['datepicker', 'timepicker', 'datetimepicker'].includes(type)

const pressed = {
  button: Button,
  workflow_button: Button,
  overflow: Overflow,
  feedback_buttons: FeedbackButtons,
  icon_button: IconButton,
}

export const Element = ({ block, element, label = '' }) => {
  const kit = useKit()
  const Pressed = pressed[element.type]
  if (Pressed) return html`<${Pressed} block=${block} element=${element} />`
  if (element.type === 'image') return html`<${ImageElement} image=${element} class="accessory-image" />`
  const named = label || plainText(element.placeholder) || element.type.replaceAll('_', ' ')
  const shared = {
    element,
    label: named,
    value: kit.valueOf(block, element),
    isBusy: kit.isBusy(block, element),
    onChange: (value) => void kit.act(block, element, value),
  }
  if (isSelect(element.type)) return html`<${Select} block=${block} ...${shared} />`
  if (isDate(element.type)) return html`<${DateField} ...${shared} />`
  if (element.type === 'checkboxes' || element.type === 'radio_buttons')
    return html`<${Boxes} ...${shared} />`
  if (element.type === 'rich_text_input')
    return html`<${TypedField}
      element=${element}
      value=${shared.value}
      id=${`${block.block_id}-${element.action_id}`}
      onType=${(value) => kit.keep(block, element, value)}
    />`
  return html`<span class="unknown-element">This page cannot draw the element “${element.type}” yet.</span>`
}
