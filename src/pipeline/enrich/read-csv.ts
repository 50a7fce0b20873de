// A CSV file as the rows of a reference table: all of them, or every problem with its line.
import { CsvError, parse } from 'csv-parse/sync'
import type { Part } from '../../db/lookups/lookup-imports.ts'
import { bytesProblem } from './csv-bytes.ts'
import { columnProblems } from './csv-columns.ts'
import { makeLineAfter } from './csv-lines.ts'

export interface PartSize {
  /** The most rows in a part. */
  rows: number
  /** About how many characters; a part has at least one row. */
  characters: number
}
export type ReadCsv =
  /** `parts` are what the database is sent, in the order of keys; each is made when it is asked for. */
  { kind: 'rows'; rows: number; parts: Iterable<Part> } | { kind: 'wrong'; problems: string[] }

const MOST_ROWS = 200_000
/** As many characters as a cell of Excel holds. */
const LONGEST_CELL = 32_767
/** At most 1,500 bytes of UTF-8: an entry of PostgreSQL's index holds 2,704. */
const LONGEST_KEY = 500
const MOST_PROBLEMS = 20

const number = (n: number) => n.toLocaleString('en-US')

interface Row {
  key: string
  json: string
}

/** Rows as parts of about one size. In the order of keys the index grows at its end: a third of the work of writing. */
function* partsOf(rows: Row[], { rows: mostRows, characters: mostCharacters }: PartSize): Generator<Part> {
  rows.sort((a, b) => (a.key < b.key ? -1 : 1))
  let part: string[] = []
  let characters = 0
  for (const { json } of rows) {
    if (part.length === mostRows || (part.length > 0 && characters + json.length > mostCharacters)) {
      yield { rows: part.length, json: `[${part.join(',')}]` }
      part = []
      characters = 0
    }
    part.push(json)
    characters += json.length
  }
  if (part.length > 0) yield { rows: part.length, json: `[${part.join(',')}]` }
}

/** What the parser could not read in the record that begins on this line. No `names` yet: it is the line of names. */
function unread(error: CsvError, line: number, names: string[] | undefined): string {
  const { column } = error as CsvError & { column: number }
  const cell = `line ${line}, column ${names?.[column] === undefined ? column + 1 : `"${names[column]}"`}`
  switch (error.code as string) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `${cell}: a quote is opened and never closed`
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return `${cell}: text after the quote that closes the cell; a quote inside a quoted cell is written ""`
    case 'INVALID_OPENING_QUOTE':
      return `${cell}: a quote inside a cell that has none around it; the whole cell is quoted: "a ""b"" c"`
    default:
      return `${cell}: ${error.message}`
  }
}

/** Cells are text without the blanks around them; empty ones are left out, so that `has(…)` tells. */
export function readCsv(
  bytes: Uint8Array,
  { keyColumn, part }: { keyColumn: string; part: PartSize },
): ReadCsv {
  const unreadable = bytesProblem(bytes)
  if (unreadable !== undefined) return { kind: 'wrong', problems: [unreadable] }
  const problems: string[] = []
  const lineOf = new Map<string, number>()
  const taken: Row[] = []
  let names: string[] | undefined
  let namesLine = 1
  let namesAreRight = false
  let keyAt = 0
  let rows = 0

  function takeNames(record: string[], line: number): void {
    names = record
    namesLine = line
    keyAt = record.indexOf(keyColumn)
    problems.push(...columnProblems(record, { line, keyColumn }))
    namesAreRight = problems.length === 0
  }

  /** What is wrong with a row, most important first. */
  function rowProblem(record: string[], columns: string[], line: number): string | undefined {
    const { length } = record
    if (length !== columns.length)
      return `line ${line}: ${length} cells; line ${namesLine} names ${columns.length} columns`
    const long = record.findIndex((cell) => cell.length > LONGEST_CELL)
    if (long !== -1)
      return `line ${line}, column "${columns[long]}": ${number(record[long]?.length ?? 0)} characters; a cell holds ${number(LONGEST_CELL)}`
    const key = record[keyAt] ?? ''
    if (key === '') return `line ${line}: ${keyColumn} is empty`
    if (key.length > LONGEST_KEY)
      return `line ${line}, column "${keyColumn}": ${number(key.length)} characters; a key has at most ${LONGEST_KEY}`
    const earlier = lineOf.get(key)
    if (earlier !== undefined) return `line ${line}: ${keyColumn} "${key}" stands on line ${earlier} too`
    lineOf.set(key, line)
    return undefined
  }

  function takeRow(record: string[], columns: string[], line: number): void {
    rows += 1
    if (rows > MOST_ROWS) return
    const problem = rowProblem(record, columns, line)
    if (problem !== undefined) problems.push(problem)
    if (problems.length > 0) return
    const value = Object.fromEntries(
      columns.flatMap((name, at) => (record[at] === '' ? [] : [[name, record[at]]])),
    )
    const key = record[keyAt] ?? ''
    taken.push({ key, json: JSON.stringify({ key, value }) })
  }

  const lineAfter = makeLineAfter(bytes)
  let end = 0
  try {
    parse(bytes as Buffer, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      on_record: (read: unknown) => {
        const { record, info } = read as { record: string[]; info: { bytes: number } }
        const line = lineAfter(end)
        end = info.bytes
        if (names === undefined) takeNames(record, line)
        else if (namesAreRight) takeRow(record, names, line)
        // One record at a time: none is kept.
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    problems.push(unread(error, lineAfter(end), names))
  }
  if (names === undefined && problems.length === 0)
    problems.push('line 1, column 1: the file is empty; it begins with a line of column names')
  else if (rows === 0 && problems.length === 0)
    problems.push(`line ${namesLine + 1}, column 1: the file has column names and no rows`)
  if (rows > MOST_ROWS) problems.push(`the file has ${number(rows)} rows; a table holds ${number(MOST_ROWS)}`)
  if (problems.length === 0) return { kind: 'rows', rows, parts: partsOf(taken, part) }
  const more = problems.length - MOST_PROBLEMS
  return {
    kind: 'wrong',
    problems: more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `and ${number(more)} more`] : problems,
  }
}
