// The line of column names of a reference table.

/** A column's name stands in each row that has the column. */
const LONGEST_NAME = 200

/** What is wrong with the names, each with its column counted from 1; the key column is one of them. */
export function columnProblems(names: string[], { line, keyColumn }: { line: number; keyColumn: string }) {
  const problems = names.flatMap((name, at) => {
    const place = `line ${line}, column ${at + 1}`
    if (name === '') return [`${place}: the column has no name`]
    if (name.length > LONGEST_NAME)
      return [`${place}: the name has ${name.length} characters; ${LONGEST_NAME} are the most`]
    const first = names.indexOf(name)
    return first === at ? [] : [`${place}: "${name}" is the name of column ${first + 1} too`]
  })
  if (problems.length > 0 || names.includes(keyColumn)) return problems
  const [only = ''] = names
  const separator = names.length === 1 ? /[;\t|]/.exec(only)?.[0] : undefined
  if (separator === undefined)
    return [`line ${line}: there is no column "${keyColumn}"; the file has ${names.join(', ')}`]
  const called = separator === '\t' ? 'tabs' : `"${separator}"`
  return [`line ${line}: the cells are separated by ${called}; export the file with commas between them`]
}
