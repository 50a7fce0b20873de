// data_visualization: Slack's native chart (pie, bar, area, line).

import {
  byType,
  isObject,
  list,
  number,
  refuse,
  shape,
  string,
  within,
  type Check,
  type Json,
  type Place,
} from './check.ts'
import { limits } from './limits.ts'
import { id } from './text.ts'

const name = string({ max: limits.chartLabel })
const axisTitle = string({ max: limits.chartTitle })

const segment: Check = shape({ label: name, value: number() }, {}, (value, at) => {
  if (typeof value.value === 'number' && value.value <= 0)
    refuse(within(at, 'value'), 'failed_constraint', 'must be greater than 0')
})

const labelsOf = (series: Json): unknown[] =>
  Array.isArray(series.data) ? series.data.map((point) => (isObject(point) ? point.label : undefined)) : []

/** Names are told apart, and every series has one point for each category. */
const seriesAgree = (chart: Json, at: Place): void => {
  if (!Array.isArray(chart.series) || !isObject(chart.axis_config)) return
  const categories = Array.isArray(chart.axis_config.categories) ? chart.axis_config.categories : []
  const names = new Set<unknown>()
  for (const [index, series] of chart.series.entries()) {
    if (!isObject(series)) continue
    const place = within(within(at, 'series'), index)
    if (names.has(series.name))
      refuse(within(place, 'name'), 'failed_constraint', 'series names must be unique')
    names.add(series.name)
    const labels = labelsOf(series)
    if (labels.length !== categories.length || categories.some((category) => !labels.includes(category)))
      refuse(within(place, 'data'), 'failed_constraint', 'labels must match axis_config.categories')
  }
}

const plotted: Check = shape(
  {
    series: list(
      shape({ name, data: list(shape({ label: name, value: number() }), { max: limits.chartPoints }) }),
      { max: limits.chartSeries },
    ),
    axis_config: shape(
      { categories: list(name, { max: limits.chartPoints }) },
      { x_label: axisTitle, y_label: axisTitle },
    ),
  },
  {},
  seriesAgree,
)

export const chartBlock = shape(
  {
    title: string({ max: limits.chartTitle }),
    chart: byType({
      pie: shape({ segments: list(segment, { max: limits.chartSeries }) }),
      bar: plotted,
      area: plotted,
      line: plotted,
    }),
  },
  { block_id: id },
)
