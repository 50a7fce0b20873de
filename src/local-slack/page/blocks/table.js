// table and data_table. A wide one scrolls within itself, so that the page never does.

import { html, useState } from '../html.js'
import { RichText } from './rich-text.js'

const Cell = ({ cell, tag, align, wrap }) =>
  html`<${tag}
    class=${`align-${align ?? (cell?.type === 'raw_number' ? 'right' : 'left')}${wrap ? ' cell-wrap' : ''}`}
    scope=${tag === 'th' ? 'col' : undefined}
  >
    ${cell?.type === 'rich_text' ? html`<${RichText} content=${cell} />` : (cell?.text ?? '')}
  <//>`

const Row = ({ cells, tag, settings = [] }) =>
  html`<tr>
    ${cells.map(
      (cell, index) =>
        html`<${Cell}
          key=${index}
          cell=${cell}
          tag=${tag}
          align=${settings[index]?.align}
          wrap=${settings[index]?.is_wrapped}
        />`,
    )}
  </tr>`

const Table = ({ rows, settings, caption }) => {
  const [head, ...body] = rows
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${caption ?? 'Table'}>
    <table>
      ${
        caption &&
        html`<caption>
          ${caption}
        </caption>`
      }
      <thead>
        <${Row} cells=${head} tag="th" settings=${settings} />
      </thead>
      <tbody>
        ${body.map((cells, index) => html`<${Row} key=${index} cells=${cells} tag="td" settings=${settings} />`)}
      </tbody>
    </table>
  </div>`
}

export const TableBlock = ({ block }) =>
  html`<${Table} rows=${block.rows} settings=${block.column_settings ?? undefined} />`

export const DataTableBlock = ({ block }) => {
  const [page, setPage] = useState(0)
  const [head, ...body] = block.rows
  const size = block.page_size ?? 5
  const pages = Math.ceil(body.length / size)
  const turn = (step) => setPage(Math.min(pages - 1, Math.max(0, page + step)))
  return html`<div>
    <${Table} rows=${[head, ...body.slice(page * size, (page + 1) * size)]} caption=${block.caption} />
    ${
      pages > 1 &&
      html`<div class="pages">
        <button type="button" class="button button-small" disabled=${page === 0} onClick=${() => turn(-1)}>
          Previous
        </button>
        <span class="note">Page ${page + 1} of ${pages}</span>
        <button
          type="button"
          class="button button-small"
          disabled=${page === pages - 1}
          onClick=${() => turn(1)}
        >
          Next
        </button>
      </div>`
    }
  </div>`
}
