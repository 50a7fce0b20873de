// Text is cut between whole characters, and in parts that say all of it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { beginning, shorten, shortenMrkdwn, splitMrkdwn } from '../../src/domain/text/cut.ts'

const points = (text: string) => Array.from(text).length
const family = '👨‍👩‍👧‍👦'
const whole = new Intl.Segmenter('en', { granularity: 'grapheme' })
const characters = (text: string) => Array.from(whole.segment(text), ({ segment }) => segment)

describe('a text that is cut', () => {
  const table: [text: string, most: number, gives: string][] = [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    [`ab${family}`, 9, `ab${family}`],
    [`ab${family}c`, 9, 'ab…'],
    ['ab🇩🇪🇫🇷', 5, 'ab🇩🇪…'],
    ['ab👍🏽c', 4, 'ab…'],
    ['abe\u0301f', 4, 'ab…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['', 3, ''],
  ]
  for (const [text, most, gives] of table)
    test(`${JSON.stringify(text)} at ${most} is ${JSON.stringify(gives)}`, () => {
      assert.equal(shorten(text, most), gives)
    })
  test('ends with a whole character, wherever it is cut', () => {
    const piece = fc.constantFrom('a', ' ', 'é', 'e\u0301', '😀', family, '🇩🇪', '👍🏽', '한', 'नि', '\r\n')
    const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, fc.nat(80), (long, most) => {
        const cut = beginning(long, most)
        assert.ok(long.startsWith(cut))
        assert.ok(points(cut) <= most)
        const kept = characters(cut)
        assert.deepEqual(kept, characters(long).slice(0, kept.length))
      }),
      { numRuns: 500 },
    )
  })
  test('is cut at all, also where accents have no end', () => {
    assert.equal(points(beginning(`a${'\u0301'.repeat(5000)}`, 1000)), 1000)
  })
  test('of a megabyte takes no time', () => {
    const long = `${'x'.repeat(1_000_000)}${family}`
    const start = performance.now()
    for (let n = 0; n < 20; n += 1) shorten(long, 30_000)
    assert.ok(performance.now() - start < 500)
  })
  test('for Slack keeps mentions and entities whole', () => {
    assert.equal(shortenMrkdwn('say <@U0ADA0000> hello', 8), 'say …')
    assert.equal(shortenMrkdwn('a &amp; b', 6), 'a …')
  })
})

describe('a text in parts', () => {
  test('says all of it, each part at most so long', () => {
    const piece = fc.constantFrom('word ', 'line\n', '<@U0ADA0000>', '&amp;', family, 'x'.repeat(30), '😀')
    const text = fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, fc.integer({ min: 20, max: 100 }), (long, most) => {
        const parts = splitMrkdwn(long, most)
        assert.equal(parts.join(''), long)
        for (const part of parts) {
          assert.ok(points(part) <= most)
          assert.doesNotMatch(part, /<[^>]*$|&[a-z]*$|^[^<]*>/)
        }
      }),
      { numRuns: 300 },
    )
  })
  test('is cut at the end of a line rather than in a word', () => {
    assert.deepEqual(splitMrkdwn('one two\nthree four', 12), ['one two\n', 'three four'])
    assert.deepEqual(splitMrkdwn('one two three four', 12), ['one two ', 'three four'])
  })
})
