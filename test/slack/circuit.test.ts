// A Slack that is away is asked for one card at a time, less and less often, and never later than 15 seconds after it is back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCircuit } from '../../src/slack/api/circuit.ts'

function start() {
  let now = 0
  const circuit = makeCircuit(() => new Date(now))
  return { circuit, advance: (ms: number) => void (now += ms) }
}

test('two failures in a row change nothing, nor do many with an answer between them', () => {
  const { circuit } = start()
  for (let at = 0; at < 20; at += 1) {
    circuit.fails()
    circuit.fails()
    circuit.works()
  }
  assert.equal(circuit.room(16, 3), 13)
})

test('after the third, one at a time and only once the pause is over', () => {
  const { circuit, advance } = start()
  for (let at = 0; at < 3; at += 1) circuit.fails()
  assert.equal(circuit.room(16, 0), 0)
  advance(1000)
  assert.equal(circuit.room(16, 0), 1)
  assert.equal(circuit.room(16, 1), 0)
  circuit.fails()
  advance(1000)
  assert.equal(circuit.room(16, 0), 0)
  advance(1000)
  assert.equal(circuit.room(16, 0), 1)
  circuit.works()
  assert.equal(circuit.room(16, 4), 12)
})

test('the pause grows to 15 seconds and no further', () => {
  const { circuit, advance } = start()
  for (let at = 0; at < 1000; at += 1) circuit.fails()
  advance(14_999)
  assert.equal(circuit.room(16, 0), 0)
  advance(1)
  assert.equal(circuit.room(16, 0), 1)
})

test('a clock that is set back by hours does not make the pause longer', () => {
  const { circuit, advance } = start()
  advance(7_200_000)
  for (let at = 0; at < 3; at += 1) circuit.fails()
  advance(-7_200_000)
  assert.equal(circuit.room(16, 0), 1)
})
