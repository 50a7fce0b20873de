// header, section with fields and accessory, context, divider.

import { html, names } from '../html.js'
import { Element } from '../elements/element.js'
import { plainText, Text } from '../text/text.js'
import { ImageElement } from './image.js'

export const HeaderBlock = ({ block }) => html`<h3 class="block-header">${plainText(block.text)}</h3>`

export const DividerBlock = () => html`<hr class="block-divider" />`

/** What an accessory is about, for people who do not see what stands beside it. */
const labelOf = (block) => (block.text?.text ?? '').replace(/[*_~`<>]/g, '').slice(0, 80)

export const SectionBlock = ({ block }) =>
  html`<div class=${names('block-section', block.accessory && 'block-section-with')}>
    <div class="section-words">
      ${block.text && html`<${Text} object=${block.text} />`}
      ${
        block.fields &&
        html`<div class="fields">
          ${block.fields.map((field, index) => html`<div key=${index} class="section-field"><${Text} object=${field} /></div>`)}
        </div>`
      }
    </div>
    ${
      block.accessory &&
      html`<div class="accessory">
        <${Element} block=${block} element=${block.accessory} label=${labelOf(block)} />
      </div>`
    }
  </div>`

export const ContextBlock = ({ block }) =>
  html`<div class="block-context">
    ${block.elements.map((element, index) =>
      element.type === 'image'
        ? html`<${ImageElement} key=${index} image=${element} class="context-image" />`
        : html`<${Text} key=${index} object=${element} />`,
    )}
  </div>`
