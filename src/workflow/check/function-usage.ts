// The functions of expressions with how each is called, and the names other languages have for them.
import { meant } from '../nearest.ts'

const usage: Record<string, string> = {
  has: 'has(record.name)',
  size: 'size(text or list)',
  string: 'string(value)',
  double: 'double(text or number)',
  int: 'int(text or number)',
  timestamp: 'timestamp("2026-01-31T00:00:00Z")',
  duration: 'duration("36h")',
  parseTime: 'parseTime(text, "yyyy-MM-dd", "Europe/Berlin")',
  excelTime: 'excelTime(days)',
  domain: 'domain(email)',
  hours: 'hours(time, later time)',
  businessHours: 'businessHours(time, later time)',
  sum: 'sum(list)',
  money: 'money("500 EUR"), money(amount, "EUR") or money(cents, "EUR", "minor")',
  round: 'round(money)',
  matches: 'text.matches("pattern")',
  startsWith: 'text.startsWith("begin")',
  endsWith: 'text.endsWith("end")',
  contains: 'text.contains("part"), and "entry" in list',
  exists: 'list.exists(x, x == 1)',
  all: 'list.all(x, x > 1)',
  exists_one: 'list.exists_one(x, x == 1)',
  map: 'list.map(x, x.price)',
  filter: 'list.filter(x, x > 1)',
  split: 'text.split(",")',
  join: 'list.join(",")',
  trim: 'text.trim()',
  lowerAscii: 'text.lowerAscii()',
  upperAscii: 'text.upperAscii()',
  substring: 'text.substring(0, 3)',
  getFullYear: 'time.getFullYear()',
  getMonth: 'time.getMonth()',
  getDayOfWeek: 'time.getDayOfWeek()',
  getHours: 'time.getHours()',
}

const elsewhere: Record<string, string> = {
  len: 'size',
  length: 'size',
  count: 'size',
  lower: 'lowerAscii',
  toLowerCase: 'lowerAscii',
  upper: 'upperAscii',
  toUpperCase: 'upperAscii',
  includes: 'contains',
  any: 'exists',
  some: 'exists',
  every: 'all',
  regex: 'matches',
  test: 'matches',
  number: 'double',
  date: 'timestamp',
}

/** What would be right in place of a function that is not known, or not with these arguments. */
export const functionHint = (name: string): string | undefined => {
  const known = Object.hasOwn(usage, name) ? usage[name] : undefined
  if (known !== undefined) return `it is called like ${known}`
  const meantHere = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined
  return meantHere === undefined ? meant(name, Object.keys(usage)) : `did you mean ${usage[meantHere]}?`
}
