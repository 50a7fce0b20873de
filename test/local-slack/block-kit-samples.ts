// Small valid blocks for the tables of the validator's tests.

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

export const plain = (text: string) => ({ type: 'plain_text', text })
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
export const section = (text: string) => ({ type: 'section', text: mrkdwn(text) })
export const header = (text: string) => ({ type: 'header', text: plain(text) })

export const button = (parts: object = {}) => ({ type: 'button', text: plain('Approve'), ...parts })
export const action = (...elements: object[]) => ({ type: 'actions', elements })
export const field = (element: object, parts: object = {}) => ({
  type: 'input',
  label: plain('Amount'),
  element,
  ...parts,
})

export const option = (value: string, text = 'One') => ({ text: plain(text), value })
export const options = (count: number) => times(count, (index) => option(`v${index}`))
export const select = (offered: object[], parts: object = {}) => ({
  type: 'static_select',
  options: offered,
  ...parts,
})

export const richText = (...elements: object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
})

export const table = (rows: number, columns: number) => ({
  type: 'table',
  rows: times(rows, () => times(columns, () => ({ type: 'raw_text', text: 'x' }))),
})

const label = (index: number) => `Day ${index}`

export const chart = (series: number, points: number, parts: object = {}) => ({
  type: 'data_visualization',
  title: 'Runs',
  chart: {
    type: 'bar',
    series: times(series, (index) => ({
      name: `s${index}`,
      data: times(points, (point) => ({ label: label(point), value: point })),
    })),
    axis_config: { categories: times(points, label), x_label: 'Day' },
  },
  ...parts,
})

export const pie = (segments: number) => ({
  type: 'data_visualization',
  title: 'Outcomes',
  chart: { type: 'pie', segments: times(segments, (index) => ({ label: label(index), value: 1 })) },
})
