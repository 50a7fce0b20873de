import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { retryAfterMs } from '../../src/domain/call/asked-wait.ts'
import { nextTryIn } from '../../src/domain/backoff.ts'

const patience = { attempts: 5, firstMs: 1000, mostMs: 60_000 }
const afterHeader = (header: string) => nextTryIn(patience, 1, 0, retryAfterMs(header, 0))

test('waits are drawn from all of a time that doubles from try to try, up to the most', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((number) => nextTryIn(patience, number, 0.999_999)),
    [1000, 2000, 4000, 8000],
  )
  assert.equal(nextTryIn({ ...patience, mostMs: 3000 }, 4, 0.999_999), 3000)
  assert.equal(nextTryIn(patience, 1, 0), 0)
  assert.equal(nextTryIn(patience, 3, 0.5), 2000)
})

test('a fraction of a second in Retry-After is waited for too', () => {
  assert.equal(retryAfterMs('4.5', 0), 4500)
  assert.equal(retryAfterMs(' 0.0001 ', 0), 1)
})

test('after the last try there is no next', () => {
  assert.equal(nextTryIn(patience, 5, 0.5), undefined)
  assert.equal(nextTryIn({ ...patience, attempts: 1 }, 1, 0.5), undefined)
})

test('what the other side asked for, up to a day, is always waited for, and little more', () => {
  assert.equal(nextTryIn(patience, 1, 0, 90_000), 90_000)
  assert.equal(nextTryIn(patience, 1, 0.5, 90_000), 94_500)
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.nat(86_400_000),
      (n, random, asked) => {
        assert.ok((nextTryIn(patience, n, random, asked) ?? 0) >= asked)
      },
    ),
  )
})

test('who asks to be left alone for longer is not waited for: a person is asked', () => {
  assert.equal(afterHeader('3600'), 3_600_000)
  assert.equal(afterHeader('86400'), 86_400_000)
  assert.equal(afterHeader('999999999'), undefined)
  assert.equal(afterHeader('Fri, 31 Dec 9999 23:59:59 GMT'), undefined)
})
