// container: a titled box around other blocks, which may fold. It is given how to draw them, for it is one of them.

import { html } from '../html.js'
import { plainText, Text } from '../text/text.js'
import { ImageElement } from './image.js'
import { RichText } from './rich-text.js'

const Head = ({ block }) =>
  html`<span class="container-head">
    ${block.icon && html`<${ImageElement} image=${block.icon} class="card-icon" />`}
    <span>
      <strong
        >${block.rich_text_title ? html`<${RichText} content=${block.rich_text_title} />` : plainText(block.title)}</strong
      >
      ${block.subtitle && html`<span class="note"><${Text} object=${block.subtitle} /></span>`}
    </span>
  </span>`

export const ContainerBlock = ({ block, drawAll }) =>
  block.is_collapsible
    ? html`<details class="container" open=${!block.default_collapsed}>
        <summary><${Head} block=${block} /></summary>
        ${drawAll(block.child_blocks)}
      </details>`
    : html`<section class="container"><${Head} block=${block} />${drawAll(block.child_blocks)}</section>`
