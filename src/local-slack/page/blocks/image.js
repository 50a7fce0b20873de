// Images, videos and remote files. Nothing is fetched from outside: a picture elsewhere is shown as its words.

import { html, names } from '../html.js'
import { Icon } from '../parts/icon.js'
import { Link, plainText } from '../text/text.js'

/** The page may load pictures only from where it came from; the banner's promise holds for pictures too. */
const isHere = (url) => {
  try {
    return new URL(url, location.href).origin === location.origin
  } catch {
    return url?.startsWith('data:image/')
  }
}

const sourceOf = (image) => image.image_url ?? image.slack_file?.url ?? ''

export const ImageElement = ({ image, class: className }) => {
  const url = sourceOf(image)
  if (isHere(url)) return html`<img class=${className} src=${url} alt=${image.alt_text} loading="lazy" />`
  return html`<span
    class=${names('image-elsewhere', className)}
    role="img"
    aria-label=${image.alt_text}
    title=${`${image.alt_text}: ${url}`}
  >
    <${Icon} name="picture" />
  </span>`
}

export const ImageBlock = ({ block }) => {
  const url = sourceOf(block)
  return html`<figure class="block-image">
    ${block.title && html`<figcaption>${plainText(block.title)}</figcaption>`}
    ${
      isHere(url)
        ? html`<img src=${url} alt=${block.alt_text} loading="lazy" />`
        : html`<div class="image-elsewhere">
            <${Icon} name="picture" /> ${block.alt_text}
            ${url && html`<span class="note"> (picture elsewhere: <${Link} url=${url}>open<//>)</span>`}
          </div>`
    }
  </figure>`
}

export const VideoBlock = ({ block }) =>
  html`<div class="attached">
    <strong><${Link} url=${block.title_url ?? block.video_url}>${plainText(block.title)}<//></strong>
    <div class="note">${[block.author_name, block.provider_name].filter(Boolean).join(' · ')}</div>
    ${block.description && html`<p>${plainText(block.description)}</p>`}
    <div class="image-elsewhere"><${Icon} name="picture" /> ${block.alt_text}</div>
  </div>`

export const FileBlock = ({ block }) =>
  html`<div class="attached"><${Icon} name="file" /> Remote file ${block.external_id}</div>`
