// table and data_table.

import {
  boolean,
  byType,
  list,
  number,
  oneOf,
  refuse,
  shape,
  string,
  within,
  type Fields,
  type Json,
  type Place,
} from './check.ts'
import { limits } from './limits.ts'
import { richText } from './rich-text.ts'
import { id } from './text.ts'

const cells = {
  raw_text: shape({ text: string() }),
  raw_number: shape({ value: number(), text: string() }),
  rich_text: richText,
} satisfies Fields

const row = list(byType(cells), { max: limits.tableColumns })

export const tableBlock = shape(
  { rows: list(row, { max: limits.tableRows }) },
  {
    block_id: id,
    // null keeps a column as it is
    column_settings: list(
      (value, at) =>
        value === null ||
        shape({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean })(value, at),
      { min: 0, max: limits.tableColumns },
    ),
  },
)

const rowsAgree = (block: Json, at: Place): void => {
  if (!Array.isArray(block.rows) || !Array.isArray(block.rows[0])) return
  const columns = block.rows[0].length
  for (const [index, entry] of block.rows.entries())
    if (Array.isArray(entry) && entry.length !== columns)
      refuse(within(within(at, 'rows'), index), 'failed_constraint', 'every row must have as many cells')
}

export const dataTableBlock = shape(
  { caption: string(), rows: list(row, { min: 2, max: limits.dataTableRows }) },
  {
    block_id: id,
    page_size: number({ min: 1, max: 100, whole: true }),
    row_header_column_index: number({ min: 0, max: limits.tableColumns - 1, whole: true }),
  },
  rowsAgree,
)
