// What comes from outside is named by where it comes from: targets of actions, and owners.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isNobody, nobodyFrom, ownerWords, withoutRecord } from '../../src/domain/people/owner-from-record.ts'
import { splitOwners } from '../../src/domain/people/owner-texts.ts'
import { parseOwner } from '../../src/domain/people/owner.ts'
import { hostTakenFrom, takenFrom } from '../../src/domain/compile/taken-from.ts'

describe('what comes from outside', () => {
  test('is a channel or a host that the record, the event or a secret brings; vars are the file’s own', () => {
    assert.equal(takenFrom('#care'), undefined)
    assert.equal(takenFrom('${vars.room}'), undefined)
    assert.equal(takenFrom('#x-${record.room}-${event.a.b}'), 'record.room and event.a.b')
    assert.equal(takenFrom('${secret.ROOM}'), 'secret.ROOM')
    assert.equal(takenFrom('${record["odd name"]}'), 'record')
  })

  test('is no host where it stands in the path', () => {
    for (const url of [
      'https://shop.example/${record.id}',
      'https://shop.example?x=${record.id}',
      'https://shop.example#${record.id}',
      '${vars.shop}/refunds/${record.id}',
      'https://${vars.host}:8080/${record.id}',
    ])
      assert.equal(hostTakenFrom(url), undefined, url)
    assert.equal(hostTakenFrom('https://${record.host}/x'), 'record.host')
    assert.equal(hostTakenFrom('https://${record.shop}.example/${record.id}'), 'record.shop')
    assert.equal(hostTakenFrom('https://a:${secret.P}@shop.example/'), 'secret.P')
  })

  test('is nobody as an owner, in a list as one, and in words', () => {
    const kept = nobodyFrom('${record.first + record.last}')
    assert.equal(kept, 'nobody(record.first and record.last)')
    assert.deepEqual(splitOwners(`${kept}, U0GRACE00`), [kept, 'U0GRACE00'])
    assert.equal(parseOwner(kept), undefined)
    assert.ok(isNobody(kept) && isNobody('${record.rep}') && !isNobody('@nobody'))
    assert.equal(ownerWords(`${kept}, @ada`), 'no one (record.first and record.last names no member), @ada')
    assert.equal(ownerWords('${record.rep}, @ada'), 'whoever record.rep names, @ada')
    assert.deepEqual(['@ada', '${record.rep}'].map(withoutRecord), ['@ada', 'nobody(record.rep)'])
  })
})
