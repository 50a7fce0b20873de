// Which files become a table, and what is said of the others: where it is wrong, and what would be right.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readCsv } from '../../src/pipeline/enrich/read-csv.ts'

const read = (csv: string | Uint8Array, part = { rows: 2, characters: 1000 }) =>
  readCsv(typeof csv === 'string' ? Buffer.from(csv) : csv, { keyColumn: 'id', part })
const rowsOf = (csv: string | Uint8Array) => {
  const answer = read(csv)
  assert.equal(answer.kind, 'rows', JSON.stringify(answer))
  return answer.kind === 'rows' ? [...answer.parts].flatMap(({ json }) => JSON.parse(json) as unknown[]) : []
}
const problemsOf = (csv: string | Uint8Array) => {
  const answer = read(csv)
  return answer.kind === 'wrong' ? answer.problems : []
}
const sizes = (part: { rows: number; characters: number }) => {
  const answer = read('id,a\n1,x\n2,x\n3,x\n4,x\n5,x\n', part)
  return answer.kind === 'rows' ? [...answer.parts].map(({ rows }) => rows) : []
}
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const convert = 'convert the file first: iconv -f windows-1252 -t utf-8 old.csv > new.csv'

describe('read as they are meant', () => {
  const two = [
    { key: '1', value: { id: '1', name: 'Zoë' } },
    { key: '2', value: { id: '2' } },
  ]
  const texts = {
    'plain lines': 'id,name\n1,Zoë\n2,\n',
    'a byte order mark': '\ufeffid,name\n1,Zoë\n2,\n',
    'lines of Windows': 'id,name\r\n1,Zoë\r\n2,\r\n',
    'lines of an old Mac': 'id,name\r1,Zoë\r2,\r',
    'lines of both kinds': 'id,name\r\n1,Zoë\n2,\r\n',
    'no end of the last line': 'id,name\n1,Zoë\n2,',
    'blanks and empty lines': '\nid , name\n\n 1, Zoë \n  \n2,  \n\n',
    'quotes where none are needed': '"id","name"\n"1","Zoë"\n"2",""\n',
  }
  for (const [what, text] of Object.entries(texts)) test(what, () => assert.deepEqual(rowsOf(text), two))

  test('cells with commas, quotes and lines of their own, and names that objects have', () => {
    assert.deepEqual(rowsOf('id,__proto__\n1,"a ""b"", c\r\nd"\n'), [
      { key: '1', value: JSON.parse('{"id":"1","__proto__":"a \\"b\\", c\\r\\nd"}') as unknown },
    ])
  })

  test('a cell and a key of the greatest length', () => {
    assert.equal(rowsOf(`id,a\n${'k'.repeat(500)},${'x'.repeat(32_767)}\n`).length, 1)
  })

  test('in the order of their keys, for which the database does a third less', () => {
    const keys = rowsOf('id,a\n10,x\n9,x\nB,x\n1,x\na,x\n').map((row) => (row as { key: string }).key)
    assert.deepEqual(keys, ['1', '10', '9', 'B', 'a'])
  })

  test('in parts of so many rows, or so many characters', () => {
    assert.deepEqual(sizes({ rows: 2, characters: 1000 }), [2, 2, 1])
    assert.deepEqual(sizes({ rows: 9, characters: 80 }), [2, 2, 1])
    assert.deepEqual(sizes({ rows: 9, characters: 1 }), [1, 1, 1, 1, 1])
  })
})

describe('refused', () => {
  const cases: [what: string, csv: string | Uint8Array, ...problems: string[]][] = [
    ['nothing', '', 'line 1, column 1: the file is empty; it begins with a line of column names'],
    [
      'names below blank lines',
      '\ufeff\n \r\nid,id\n1,2\n',
      'line 3, column 2: "id" is the name of column 1 too',
    ],
    [
      'only blanks',
      '\ufeff \n\n',
      'line 1, column 1: the file is empty; it begins with a line of column names',
    ],
    ['only names', 'id,name\n', 'line 2, column 1: the file has column names and no rows'],
    ['a name twice', 'id,name,id\n1,2,3\n', 'line 1, column 3: "id" is the name of column 1 too'],
    [
      'names twice and none',
      'id,a,,a, a\n1,2,3,4,5\n',
      'line 1, column 3: the column has no name',
      'line 1, column 4: "a" is the name of column 2 too',
      'line 1, column 5: "a" is the name of column 2 too',
    ],
    [
      'a long name',
      `id,${'n'.repeat(201)}\n1,2\n`,
      'line 1, column 2: the name has 201 characters; 200 are the most',
    ],
    ['no key column', 'key,name\n1,2\n', 'line 1: there is no column "id"; the file has key, name'],
    [
      'semicolons',
      'id;name\n1;2\n',
      'line 1: the cells are separated by ";"; export the file with commas between them',
    ],
    [
      'tabs',
      'id\tname\n1\t2\n',
      'line 1: the cells are separated by tabs; export the file with commas between them',
    ],
    [
      'too few cells and too many',
      '\nid,name\n1\n"2\n",a\n3,a,b\n',
      'line 3: 1 cells; line 2 names 2 columns',
      'line 6: 3 cells; line 2 names 2 columns',
    ],
    ['a key twice', 'id\n1\n2\n1\n', 'line 4: id "1" stands on line 2 too'],
    [
      'a key twice, after a cell of two lines',
      'id,a\n1,"x\r\ny"\n1,z\n',
      'line 4: id "1" stands on line 2 too',
    ],
    ['no key', 'id,name\n ,a\n,\n', 'line 2: id is empty', 'line 3: id is empty'],
    [
      'a long key',
      `id,a\n${'k'.repeat(501)},x\n`,
      'line 2, column "id": 501 characters; a key has at most 500',
    ],
    [
      'a long cell',
      `id,note\n1,x\n2,${'x'.repeat(32_768)}\n`,
      'line 3, column "note": 32,768 characters; a cell holds 32,767',
    ],
    [
      'a quote that is never closed',
      'id,name\n1,"a\nb"\n2,"c\n3,d\n',
      'line 4, column "name": a quote is opened and never closed',
    ],
    ['a quote in the names', 'id,"name\n1,2\n', 'line 1, column 2: a quote is opened and never closed'],
    [
      'text after a quote',
      'id,name\n1,"a"b\n',
      'line 2, column "name": text after the quote that closes the cell; a quote inside a quoted cell is written ""',
    ],
    [
      'a quote that another closes',
      'id,name\n1,"a\n2,"b"\n',
      'line 2, column "name": text after the quote that closes the cell; a quote inside a quoted cell is written ""',
    ],
    [
      'a quote within a cell',
      'id,name\n1,a "b" c\n',
      'line 2, column "name": a quote inside a cell that has none around it; the whole cell is quoted: "a ""b"" c"',
    ],
    [
      'Windows-1252',
      latin1('id,name\n1,Ann\n2,Zo\u00eb\n'),
      `line 3, column 5: the byte 0xEB is not UTF-8 (in Windows-1252 it is "ë"); ${convert}`,
    ],
    [
      'Windows-1252 after UTF-8',
      Buffer.concat([Buffer.from('\ufeffid,🙂é'), Buffer.from([0x80]), Buffer.from('\n1,2\n')]),
      `line 1, column 6: the byte 0x80 is not UTF-8 (in Windows-1252 it is "€"); ${convert}`,
    ],
    [
      'a character that is cut off',
      Buffer.from('id,name\n1,€').subarray(0, -1),
      `line 2, column 3: the byte 0xE2 is not UTF-8 (in Windows-1252 it is "â"); ${convert}`,
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffid,name\n1,2\n', 'utf16le'),
      'line 1, column 1: the file is in UTF-16, not UTF-8; convert it first: iconv -f utf-16 -t utf-8 old.csv > new.csv',
    ],
    ['NUL', 'id,name\n1,a\n2,b\u0000\n', 'line 3, column 4: a NUL character, which no table holds'],
    [
      'a workbook',
      Buffer.from('PK\u0003\u0004\u0000\u0000'),
      'line 1, column 1: the file is an Excel workbook or a ZIP file; save the sheet as CSV (UTF-8)',
    ],
    [
      'gzip',
      Buffer.from([0x1f, 0x8b, 8, 0]),
      'line 1, column 1: the file is compressed with gzip; unpack it first: gunzip',
    ],
  ]
  for (const [what, csv, ...problems] of cases) test(what, () => assert.deepEqual(problemsOf(csv), problems))

  test('many problems: the first twenty, and how many more there are', () => {
    const problems = problemsOf(`id\n${'1\n'.repeat(40)}`)
    assert.equal(problems.length, 21)
    assert.equal(problems.at(-1), 'and 19 more')
  })

  test('more than 200,000 rows', () => {
    const csv = `id\n${Array.from({ length: 200_001 }, (_, n) => n).join('\n')}\n`
    assert.deepEqual(problemsOf(csv), ['the file has 200,001 rows; a table holds 200,000'])
  })

  test('the first wrong byte is found wherever it stands', () => {
    for (const before of ['a', 'é', '€', '🙂'])
      for (let n = 0; n < 300; n += 7) {
        const csv = Buffer.concat([
          Buffer.from(`id\n${before.repeat(n)}`),
          Buffer.from([0xe9]),
          Buffer.from('éxy\n'),
        ])
        assert.match(problemsOf(csv)[0] ?? '', new RegExp(`^line 2, column ${n + 1}: the byte 0xE9 `))
      }
  })
})
