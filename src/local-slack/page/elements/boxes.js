// Checkboxes and radio buttons.

import { freshId, html, useState } from '../html.js'
import { Text } from '../text/text.js'

/** @param {{element: any, value: any, label: string, onChange: (value: any) => void, describedBy?: string, isInvalid?: boolean, isBusy?: boolean}} props */
export const Boxes = ({ element, value, label, onChange, describedBy, isInvalid, isBusy }) => {
  const [id] = useState(() => freshId('boxes'))
  const isMany = element.type === 'checkboxes'
  const chosen = isMany ? (value ?? []) : [value]
  const toggle = (option) => {
    if (!isMany) return onChange(option.value)
    const isOn = chosen.includes(option.value)
    onChange(isOn ? chosen.filter((one) => one !== option.value) : [...chosen, option.value])
  }
  return html`<div
    class="boxes"
    role=${isMany ? 'group' : 'radiogroup'}
    aria-label=${label}
    aria-describedby=${describedBy}
    aria-invalid=${isInvalid ? 'true' : undefined}
  >
    ${element.options.map(
      (option, index) =>
        html`<label class="box" key=${option.value} for=${`${id}-${index}`}>
          <input
            id=${`${id}-${index}`}
            type=${isMany ? 'checkbox' : 'radio'}
            name=${id}
            checked=${chosen.includes(option.value)}
            disabled=${isBusy}
            onChange=${() => toggle(option)}
          />
          <span>
            <${Text} object=${option.text} />
            ${option.description && html`<span class="note"><${Text} object=${option.description} /></span>`}
          </span>
        </label>`,
    )}
  </div>`
}
