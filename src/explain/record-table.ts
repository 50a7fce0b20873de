// The record: each value with where it came from, when it was observed, and what a person corrected.
import type { RunView } from '../db/runs/run-view.ts'
import { moneyTextOf } from '../domain/values/money.ts'
import { sourceOf } from '../domain/values/source.ts'
import { html, type Markup } from './markup.ts'
import { moment } from './moment.ts'

const valueText = (value: unknown): string => {
  if (typeof value === 'string') return value
  return value === undefined ? '–' : (moneyTextOf(value) ?? JSON.stringify(value))
}

export function recordRecord({ record, definition, receivedAt }: RunView): Markup {
  const head = html`<h2>2. Record <small>What we know</small></h2>`
  if (!record)
    return html`<section>
      ${head}
      <p class="soft">Nothing yet.</p>
    </section>`
  // In the order of the workflow file, then what enrichment added.
  const names = new Set([...Object.keys(definition.fields), ...Object.keys(record.fields)])
  const rows = [...names]
    .filter((name) => Object.hasOwn(record.fields, name))
    .map((name) => {
      const value = record.fields[name]
      const source = sourceOf(record.sources, name, receivedAt)
      const title = definition.fields[name]?.title
      return html`<tr>
        <th scope="row">${title ?? name}</th>
        <td>${valueText(value)}</td>
        <td>
          ${source?.from ?? '–'}${source?.at !== undefined && html`<br /><span class="soft">${moment(new Date(source.at)).markup}</span>`}
        </td>
      </tr>`
    })
  return html`<section>
    ${head}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Field</th>
            <th>Value</th>
            <th>From</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`
}
