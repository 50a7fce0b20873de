// What stands in for npm audit where the registry answers none: recent, and about the versions that ship.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { reviewProblem } from '../scripts/advisories-reviewed.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8')
const dependencies = { fastify: '5.0.0' }
const review = (day: string, row = '| fastify | 5.0.0 | looked at |') => `# R\n\nReviewed: ${day}\n\n${row}\n`
const problem = (text: string) =>
  reviewProblem(text, { today: new Date('2026-11-28T12:00:00Z'), dependencies })

test('a review counts for 30 days', () => {
  for (const day of ['2026-11-28', '2026-10-29']) assert.equal(problem(review(day)), undefined, day)
  assert.match(problem(review('2026-10-28')) ?? '', /31 days ago; at most 30/)
  assert.match(problem(review('2027-11-28')) ?? '', /still to come/)
  assert.match(problem(review('2026-13-40')) ?? '', /no line "Reviewed/)
  assert.match(problem('') ?? '', /no line "Reviewed/)
})

test('a review of other versions does not count', () => {
  assert.match(
    problem(review('2026-11-28', '| fastify | 4.9.9 | x |')) ?? '',
    /says nothing of fastify 5\.0\.0/,
  )
})

test('the one in the repository speaks of every version that ships', () => {
  const shipped = (JSON.parse(read('package.json')) as { dependencies: Record<string, string> }).dependencies
  const text = read('docs/advisories-reviewed.md')
  const [, day] = /^Reviewed: (.*)$/m.exec(text) ?? []
  assert.equal(reviewProblem(text, { today: new Date(`${day}T00:00:00Z`), dependencies: shipped }), undefined)
})
