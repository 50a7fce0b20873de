// Choosing one or several from a list that can be searched: Slack's select menus.

import { freshId, html, names, useEffect, useMemo, useRef, useState } from '../html.js'
import { Popover } from './popover.js'

/** @typedef {{value: string, label: string, note?: string, group?: string}} Choice */

/** A pause in typing before the app is asked. */
const searchMs = 200

const matching = (choices, words) => {
  const wanted = words.trim().toLowerCase()
  if (!wanted) return choices
  return choices.filter((choice) => `${choice.label} ${choice.note ?? ''}`.toLowerCase().includes(wanted))
}

const List = ({ choices, chosen, isMany, label, search, onChoose, onDone }) => {
  const [words, setWords] = useState('')
  const [found, setFound] = useState(null)
  const [active, setActive] = useState(0)
  const [id] = useState(() => freshId('list'))
  const list = useRef(null)
  const shown = useMemo(
    () => (search ? (found ?? []) : matching(choices, words)),
    [choices, words, found, search],
  )

  useEffect(() => {
    if (!search) return
    let isCurrent = true
    const find = async () => {
      const answer = await search(words)
      if (isCurrent) setFound(answer)
    }
    const timer = setTimeout(() => void find(), searchMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [words])

  const show = (index) => {
    setActive(index)
    list.current?.querySelector(`#${id}-${index}`)?.scrollIntoView({ block: 'nearest' })
  }

  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && shown.length > 0) {
      event.preventDefault()
      show((active + step + shown.length) % shown.length)
    } else if (event.key === 'Enter' && shown[active]) {
      event.preventDefault()
      onChoose(shown[active])
    } else if (event.key === 'Tab' && isMany) onDone()
  }

  return html`
    <input
      class="picker-search"
      type="search"
      role="combobox"
      aria-label=${`Search: ${label}`}
      aria-expanded="true"
      aria-controls=${id}
      aria-activedescendant=${shown[active] ? `${id}-${active}` : undefined}
      autocomplete="off"
      placeholder="Search"
      value=${words}
      onInput=${(event) => {
        setWords(event.target.value)
        setActive(0)
      }}
      onKeyDown=${onKeyDown}
    />
    <ul
      class="picker-list"
      role="listbox"
      id=${id}
      ref=${list}
      aria-label=${label}
      aria-multiselectable=${String(isMany)}
    >
      ${shown.map((choice, index) => {
        const isChosen = chosen.includes(choice.value)
        return html`
          ${choice.group && choice.group !== shown[index - 1]?.group && html`<li class="picker-group" role="presentation">${choice.group}</li>`}
          <li
            key=${choice.value}
            id=${`${id}-${index}`}
            role="option"
            aria-selected=${String(isChosen)}
            class=${names('picker-option', index === active && 'picker-active')}
            onPointerMove=${() => setActive(index)}
            onClick=${() => onChoose(choice)}
          >
            <span class="picker-tick" aria-hidden="true">${isChosen ? '✓' : ''}</span>
            <span>${choice.label}</span>
            ${choice.note && html`<span class="note">${choice.note}</span>`}
          </li>
        `
      })}
      ${shown.length === 0 && html`<li class="picker-empty">${search && found === null ? 'Searching…' : 'No results'}</li>`}
    </ul>
    ${isMany && html`<button type="button" class="button button-small" onClick=${onDone}>Done</button>`}
  `
}

/**
 * @param {{label: string, placeholder: string, choices: Choice[], value: any, isMany?: boolean, max?: number, isBusy?: boolean,
 *   isClearable?: boolean, describedBy?: string, isInvalid?: boolean, search?: (words: string) => Promise<Choice[]>,
 *   onChange: (value: any) => void}} props
 */
export const Picker = (props) => {
  const {
    label,
    placeholder,
    choices,
    value,
    isMany = false,
    max = Infinity,
    isBusy,
    search,
    onChange,
  } = props
  const chosen = isMany ? (value ?? []) : [value].filter((one) => one !== null && one !== undefined)
  // what an outside source offered is forgotten when the list closes, so keep the words of what was chosen
  const known = useRef(new Map())
  for (const choice of choices) known.current.set(choice.value, choice.label)
  const words = chosen.map((one) => known.current.get(one) ?? one)

  const toggle = (choice) => {
    if (chosen.includes(choice.value)) return onChange(chosen.filter((one) => one !== choice.value))
    if (chosen.length < max) onChange([...chosen, choice.value])
  }

  return html`<span class="picker">
    <${Popover}
      role="listbox"
      label=${label}
      button=${(button) =>
        html`<button
          ...${button}
          class=${names('picker-button', words.length === 0 && 'picker-button-empty')}
          aria-label=${`${label}: ${words.join(', ') || placeholder}`}
          aria-describedby=${props.describedBy}
          aria-invalid=${props.isInvalid ? 'true' : undefined}
          aria-busy=${isBusy ? 'true' : undefined}
          disabled=${isBusy}
        >
          <span class="picker-words">${words.join(', ') || placeholder}</span>
          <span class="caret" aria-hidden="true"></span>
        </button>`}
    >
      ${(close) =>
        html`<${List}
          choices=${choices}
          chosen=${chosen}
          isMany=${isMany}
          label=${label}
          search=${search}
          onDone=${close}
          onChoose=${(choice) => {
            known.current.set(choice.value, choice.label)
            if (isMany) return toggle(choice)
            close()
            onChange(choice.value)
          }}
        />`}
    <//>
    ${
      props.isClearable &&
      !isMany &&
      chosen.length > 0 &&
      html`<button
        type="button"
        class="picker-clear"
        aria-label=${`Clear ${label}`}
        onClick=${() => onChange(null)}
      >
        ×
      </button>`
    }
  </span>`
}
