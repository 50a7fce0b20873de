// What an event is known and listed by before it is read: however long its texts are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MASK } from '../../src/domain/masking/marked.ts'
import { compiled } from './compiled.ts'

const trigger = { webhook: { verify: { scheme: 'none' }, id: 'event.id' } }

test('a long id names its event as a short one does', () => {
  const { dedupeKey } = compiled({ trigger })
  const id = 'x'.repeat(300)
  assert.equal(dedupeKey({ body: { id }, headers: { 'webhook-id': 'w' } }), id)
  assert.equal(dedupeKey({ body: {}, headers: { 'webhook-id': id } }), id)
})

test('a long subject is cut between characters', () => {
  const { subject } = compiled({ trigger, subject: 'event.id' })
  assert.equal(subject({ body: { id: 'x'.repeat(255) }, headers: {} }), 'x'.repeat(255))
  const family = '👨‍👩‍👧'
  assert.equal(subject({ body: { id: `${'x'.repeat(252)}${family}y` }, headers: {} }), `${'x'.repeat(252)}…`)
})

test('a long type is cut', () => {
  const { type } = compiled({ trigger: { webhook: { ...trigger.webhook, when: 'event.n > 1' } } })
  assert.equal(type({ body: { type: 'x'.repeat(256) }, headers: {} }), `${'x'.repeat(254)}…`)
})

test('a secret is hidden in a subject before the subject is cut', () => {
  const { subject } = compiled({
    trigger,
    subject: '"code " + event.code',
    fields: { note: { type: 'string', from: 'event.note', secret: true } },
  })
  const note = 'k9'.repeat(200)
  assert.equal(subject({ body: { note, code: note }, headers: {} }), `code ${MASK}`)
})
