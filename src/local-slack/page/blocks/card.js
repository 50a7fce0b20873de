// card, carousel and alert.

import { html } from '../html.js'
import { Element } from '../elements/element.js'
import { Icon } from '../parts/icon.js'
import { Text } from '../text/text.js'
import { ImageElement } from './image.js'

const Card = ({ card, block }) =>
  html`<article class="card">
    ${card.hero_image && html`<${ImageElement} image=${card.hero_image} class="card-hero" />`}
    <div class="card-head">
      ${card.icon && html`<${ImageElement} image=${card.icon} class="card-icon" />`}
      <div>
        ${card.title && html`<div class="card-title"><${Text} object=${card.title} /></div>`}
        ${card.subtitle && html`<div class="note"><${Text} object=${card.subtitle} /></div>`}
      </div>
    </div>
    ${card.body && html`<${Text} object=${card.body} />`}
    ${
      card.actions &&
      html`<div class="block-actions">
        ${card.actions.map((element, index) => html`<${Element} key=${index} block=${block} element=${element} />`)}
      </div>`
    }
  </article>`

export const CardBlock = ({ block }) => html`<${Card} card=${block} block=${block} />`

export const CarouselBlock = ({ block }) =>
  html`<div class="carousel" role="list" tabindex="0" aria-label="Cards">
    ${block.elements.map(
      (card, index) => html`<div role="listitem" key=${index}><${Card} card=${card} block=${block} /></div>`,
    )}
  </div>`

const marks = { default: 'note', info: 'note', warning: 'warning', error: 'error', success: 'success' }

export const AlertBlock = ({ block }) => {
  const level = Object.hasOwn(marks, block.level ?? '') ? block.level : 'default'
  return html`<div class=${`alert alert-${level}`} role="note">
    <${Icon} name=${marks[level]} />
    <${Text} object=${block.text} />
  </div>`
}
