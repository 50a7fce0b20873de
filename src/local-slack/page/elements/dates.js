// Pickers of a date, a time, or both: the browser's own, which every reader and phone knows.

import { html } from '../html.js'

const two = (number) => String(number).padStart(2, '0')

/** Unix seconds as the field of the browser wants them: local time without a zone. */
const localOf = (seconds) => {
  if (!seconds) return ''
  const at = new Date(seconds * 1000)
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}

const fields = {
  datepicker: { type: 'date', show: (value) => value ?? '', read: (text) => text || null },
  timepicker: { type: 'time', show: (value) => value ?? '', read: (text) => text || null },
  datetimepicker: {
    type: 'datetime-local',
    show: localOf,
    read: (text) => (text ? Math.floor(new Date(text).getTime() / 1000) : null),
  },
}

/** @param {{element: any, value: any, label: string, onChange: (value: any) => void, describedBy?: string, isInvalid?: boolean, isBusy?: boolean, id?: string}} props */
export const DateField = ({ element, value, label, onChange, describedBy, isInvalid, isBusy, id }) => {
  const field = fields[element.type]
  return html`<input
    class="field field-date"
    id=${id}
    type=${field.type}
    aria-label=${label}
    aria-describedby=${describedBy}
    aria-invalid=${isInvalid ? 'true' : undefined}
    value=${field.show(value)}
    disabled=${isBusy}
    onChange=${(event) => onChange(field.read(event.target.value))}
  />`
}
