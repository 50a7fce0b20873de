// Buttons: plain, primary, danger; those that lead to a page; feedback and icon buttons; the overflow menu.

import { html, names } from '../html.js'
import { safeUrl } from '../text/mrkdwn.js'
import { plainText } from '../text/text.js'
import { useDirectory } from '../workspace.js'
import { useKit } from './kit.js'
import { Menu } from './menu.js'
import { hasIcon, Icon } from '../parts/icon.js'

const follow = (url) => {
  if (safeUrl(url ?? '')) window.open(url, '_blank', 'noopener,noreferrer')
}

export const Button = ({ block, element }) => {
  const kit = useKit()
  const isBusy = kit.isBusy(block, element)
  return html`<button
    type="button"
    class=${names('button', element.style && `button-${element.style}`)}
    aria-label=${element.accessibility_label}
    aria-busy=${isBusy ? 'true' : undefined}
    disabled=${isBusy}
    onClick=${() => {
      follow(element.url)
      void kit.act(block, element)
    }}
  >
    ${plainText(element.text)}${element.url && html`<span class="leads-out" aria-label="(opens a page)"> ↗</span>`}
  </button>`
}

export const Overflow = ({ block, element }) => {
  const kit = useKit()
  const isBusy = kit.isBusy(block, element)
  return html`<${Menu}
    label="More options"
    button=${(button) =>
      html`<button ...${button} class="button button-overflow" aria-label="More options" disabled=${isBusy}>
        <${Icon} name="more" />
      </button>`}
    items=${element.options.map((option, index) => ({
      key: `${index}`,
      label: plainText(option.text),
      note: option.description && plainText(option.description),
      onChoose: () => {
        follow(option.url)
        void kit.act(block, element, option.value)
      },
    }))}
  />`
}

export const FeedbackButtons = ({ block, element }) => {
  const kit = useKit()
  const one = (side, symbol) =>
    html`<button
      type="button"
      class="button button-quiet"
      aria-label=${side.accessibility_label ?? plainText(side.text)}
      onClick=${() => kit.act(block, element, side.value)}
    >
      <${Icon} name=${symbol} /> ${plainText(side.text)}
    </button>`
  return html`${one(element.positive_button, 'up')}${one(element.negative_button, 'down')}`
}

export const IconButton = ({ block, element }) => {
  const kit = useKit()
  const { as } = useDirectory()
  const seenBy = element.visible_to_user_ids
  if (seenBy && !seenBy.includes(as)) return null
  return html`<button
    type="button"
    class="button button-quiet"
    aria-label=${element.accessibility_label ?? plainText(element.text)}
    title=${plainText(element.text)}
    onClick=${() => kit.act(block, element)}
  >
    ${hasIcon(element.icon) ? html`<${Icon} name=${element.icon} />` : plainText(element.text)}
  </button>`
}
