// data_visualization: pie, bar, area and line charts as SVG, with the numbers as a table on request.

import { html } from '../html.js'
import { axisFor, placeOn, shortNumber, slices } from './scale.js'

const width = 560
const height = 220
const left = 44
const below = 34

/** Under the axis there is room for a word; the whole label stands in the numbers. */
const underAxis = (label) => (label.length > 11 ? `${label.slice(0, 10)}…` : label)

const Legend = ({ names }) =>
  html`<ul class="legend">
    ${names.map((name, index) => html`<li key=${name}><span class=${`legend-mark fill-${index}`} aria-hidden="true"></span>${name}</li>`)}
  </ul>`

const Pie = ({ segments }) => {
  const parts = slices(
    segments.map((one) => one.value),
    90,
  )
  return html`<div class="pie">
    <svg viewBox="0 0 180 180" aria-hidden="true" class="pie-drawing">
      ${parts.map(({ path }, index) => html`<path key=${index} d=${path} class=${`series fill-${index}`} />`)}
    </svg>
    <${Legend}
      names=${segments.map((one, index) => `${one.label}: ${one.value} (${Math.round((parts[index]?.share ?? 0) * 100)}%)`)}
    />
  </div>`
}

const valueAt = (series, category) => series.data.find((point) => point.label === category)?.value ?? 0

const Bars = ({ series, categories, xAt, yAt, slot }) => {
  const each = (slot * 0.7) / series.length
  return categories.flatMap((category, column) =>
    series.map((one, index) => {
      const value = valueAt(one, category)
      const top = Math.min(yAt(value), yAt(0))
      return html`<rect
        key=${`${column}-${index}`}
        class=${`series fill-${index}`}
        x=${xAt(column) - slot * 0.35 + index * each}
        y=${top}
        width=${Math.max(1, each - 2)}
        height=${Math.max(1, Math.abs(yAt(value) - yAt(0)))}
        rx="2"
        ><title>${`${one.name}, ${category}: ${value}`}</title></rect
      >`
    }),
  )
}

const Lines = ({ series, categories, xAt, yAt, isArea }) =>
  series.map((one, index) => {
    const points = categories.map((category, column) => `${xAt(column)},${yAt(valueAt(one, category))}`)
    const ground = isArea ? [`${xAt(categories.length - 1)},${yAt(0)}`, `${xAt(0)},${yAt(0)}`] : []
    return html`
      ${isArea && html`<polygon class=${`area fill-${index}`} points=${[...points, ...ground].join(' ')} />`}
      <polyline class=${`line stroke-${index}`} points=${points.join(' ')} />
      ${categories.map(
        (category, column) =>
          html`<circle class=${`fill-${index}`} r="3" cx=${xAt(column)} cy=${yAt(valueAt(one, category))}>
            <title>${`${one.name}, ${category}: ${valueAt(one, category)}`}</title>
          </circle>`,
      )}
    `
  })

const Plot = ({ chart }) => {
  const { series, axis_config: config } = chart
  const categories = config.categories
  const axis = axisFor(series.flatMap((one) => one.data.map((point) => point.value)))
  const plotHeight = height - below - 10
  const yAt = (value) => 10 + placeOn(axis, plotHeight)(value)
  const slot = (width - left - 8) / Math.max(1, categories.length)
  const xAt = (column) => left + slot * (column + 0.5)
  const every = Math.ceil(categories.length / 8)
  const shared = { series, categories, xAt, yAt, slot }
  return html`<div>
    <svg viewBox=${`0 0 ${width} ${height}`} aria-hidden="true" class="plot">
      ${axis.marks.map(
        (mark) =>
          html`<g key=${mark}>
            <line
              class=${mark === 0 ? 'axis' : 'grid'}
              x1=${left}
              x2=${width - 8}
              y1=${yAt(mark)}
              y2=${yAt(mark)}
            />
            <text class="tick" x=${left - 6} y=${yAt(mark) + 4} text-anchor="end">${shortNumber(mark)}</text>
          </g>`,
      )}
      ${categories.map(
        (category, column) =>
          column % every === 0 &&
          html`<text key=${category} class="tick" x=${xAt(column)} y=${height - 14} text-anchor="middle"
            >${underAxis(category)}</text
          >`,
      )}
      ${
        chart.type === 'bar'
          ? html`<${Bars} ...${shared} />`
          : html`<${Lines} ...${shared} isArea=${chart.type === 'area'} />`
      }
    </svg>
    <div class="axis-names note">
      <span>${config.y_label && `↑ ${config.y_label}`}</span
      ><span>${config.x_label && `${config.x_label} →`}</span>
    </div>
    <${Legend} names=${series.map((one) => one.name)} />
  </div>`
}

const Numbers = ({ chart }) => {
  const columns = chart.type === 'pie' ? ['Value'] : chart.series.map((one) => one.name)
  const rows =
    chart.type === 'pie'
      ? chart.segments.map((one) => [one.label, one.value])
      : chart.axis_config.categories.map((category) => [
          category,
          ...chart.series.map((one) => valueAt(one, category)),
        ])
  return html`<details class="chart-numbers">
    <summary>Show the numbers</summary>
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            ${columns.map((name) => html`<th scope="col" class="align-right">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([label, ...values]) =>
              html`<tr key=${label}>
                <th scope="row">${label}</th>
                ${values.map((value) => html`<td class="align-right">${value}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`
}

export const ChartBlock = ({ block }) =>
  html`<figure class="chart">
    <figcaption>${block.title}</figcaption>
    ${
      block.chart.type === 'pie'
        ? html`<${Pie} segments=${block.chart.segments} />`
        : html`<${Plot} chart=${block.chart} />`
    }
    <${Numbers} chart=${block.chart} />
  </figure>`
