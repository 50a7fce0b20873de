// What a pattern costs over a text: nanoseconds for a character and an instruction, from which the budget of expressions
// takes its price (src/domain/cel/functions/own.ts). `node bench/patterns.ts`
import { RE2JS } from 're2js'

const random = (length: number): string =>
  Array.from({ length }, (_, at) => ((at * 2654435761) >>> 13) % 2).join('')

const cases: [pattern: string, text: string][] = [
  ['(a+)+$', `${'a'.repeat(500_000)}b`],
  ['[01]*0[01]{14}[23]', random(20_000)],
  ['(?:[01]?){100}[01]{100}[23]', random(5000)],
  ['(([01]{0,9}){0,9}){0,9}[23]', random(2000)],
  ['(?i)\\b(refund|cancel|chargeback)\\b', 'Please do something now '.repeat(2000)],
]

for (const [pattern, text] of cases) {
  const compiled = RE2JS.compile(pattern)
  const begun = performance.now()
  compiled.matcher(text).find()
  const ms = performance.now() - begun
  const each = (ms * 1e6) / (text.length * compiled.programSize())
  console.log(`${pattern.padEnd(40)} ${ms.toFixed(0).padStart(6)} ms ${each.toFixed(0).padStart(5)} ns`)
}
