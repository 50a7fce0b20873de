// CSV as spreadsheets read it (RFC 4180, but for the line ends: those of the shell). A text that a spreadsheet would run as a formula gets an apostrophe.

export type Cell = string | number | null

const FORMULA = /^[=+\-@\t\r]/

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvText = (rows: Cell[][]): string => rows.map((row) => row.map(cellText).join(',')).join('\n')
