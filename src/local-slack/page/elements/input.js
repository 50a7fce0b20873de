// An input block: label, one element, hint and what was wrong with it.

import { freshId, html, names, useState } from '../html.js'
import { plainText } from '../text/text.js'
import { Boxes } from './boxes.js'
import { DateField } from './dates.js'
import { useKit } from './kit.js'
import { Select } from './select.js'
import { TypedField } from './typed.js'

const typed = new Set([
  'plain_text_input',
  'number_input',
  'email_text_input',
  'url_text_input',
  'rich_text_input',
])

const Field = ({ block, element, id, label, describedBy, isInvalid }) => {
  const kit = useKit()
  const value = kit.valueOf(block, element)
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed']
  const onChange = (next) => {
    if (block.dispatch_action) return void kit.act(block, element, next)
    kit.keep(block, element, next)
  }
  const shared = { block, element, id, label, value, describedBy, isInvalid, onChange }
  if (typed.has(element.type)) {
    const onType = (next) => {
      const tells = block.dispatch_action && triggers.includes('on_character_entered')
      if (tells) return void kit.act(block, element, next)
      kit.keep(block, element, next)
    }
    const onEnter =
      block.dispatch_action && triggers.includes('on_enter_pressed')
        ? () => void kit.act(block, element, value)
        : undefined
    return html`<${TypedField} ...${shared} onType=${onType} onEnter=${onEnter} />`
  }
  if (element.type.endsWith('_select')) return html`<${Select} ...${shared} isClearable=${block.optional} />`
  if (element.type === 'checkboxes' || element.type === 'radio_buttons')
    return html`<${Boxes} ...${shared} />`
  if (element.type.endsWith('picker')) return html`<${DateField} ...${shared} />`
  return html`<span class="unknown-element">This page cannot draw the input “${element.type}” yet.</span>`
}

export const InputBlock = ({ block }) => {
  const kit = useKit()
  const [id] = useState(() => freshId('input'))
  const error = kit.errors[block.block_id]
  const label = plainText(block.label)
  const describedBy = names(block.hint && `${id}-hint`, error && `${id}-error`) || undefined
  return html`<div class=${names('input-block', error && 'input-block-wrong')} data-block=${block.block_id}>
    <label class="input-label" for=${id}>
      ${label} ${block.optional && html`<span class="note">(optional)</span>`}
    </label>
    <${Field}
      block=${block}
      element=${block.element}
      id=${id}
      label=${label}
      describedBy=${describedBy}
      isInvalid=${Boolean(error)}
    />
    ${error && html`<p class="input-error" id=${`${id}-error`} role="alert">${error}</p>`}
    ${block.hint && html`<p class="input-hint note" id=${`${id}-hint`}>${plainText(block.hint)}</p>`}
  </div>`
}
