// What comes from outside is named by where it comes from: targets of actions, and owners.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
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

  const vars = {
    shop: 'https://shop.example',
    host: 'shop.example',
    scheme: 'https:',
    start: ' https:/',
    none: '',
  }
  const addresses = {
    vars,
    connections: { shop: { url: 'https://shop.example/' }, odd: { url: 'https://' } },
  }
  const from = (url: string) => hostTakenFrom({ url }, addresses)

  test('is no host where it stands in the path', () => {
    for (const url of [
      'https://shop.example/${record.id}',
      'https://shop.example?x=${record.id}',
      'https://shop.example#${record.id}',
      'https:\\\\shop.example\\${record.id}',
      'https:/shop.example/${record.id}',
      ' https:shop.example/${record.id}',
      '${vars.shop}/${record.id}',
      '${vars.shop}/refunds/${record.id}',
      '${vars.shop}//${record.id}',
      'https://${vars.host}:8080/${record.id}',
      'https://${vars.host + ":8080"}/${record.id}',
      '${vars.scheme}//${vars.host}/${record.id}',
    ])
      assert.equal(from(url), undefined, url)
    assert.equal(hostTakenFrom({ connection: 'shop', path: '/${record.id}' }, addresses), undefined)
    assert.equal(from('https://${record.host}/x'), 'record.host')
    assert.equal(from('https://${record.shop}.example/${record.id}'), 'record.shop')
    assert.equal(from('https://a:${secret.P}@shop.example/'), 'secret.P')
  })

  test('is a host however the author spells what stands before it: URL parsers read all of these alike', () => {
    for (const url of [
      'https:///${record.host}/x',
      'https:/${record.host}/x',
      'https:${record.host}/x',
      'https:\\\\${record.host}/x',
      'https:/\\/${record.host}\\x',
      ' https://${record.host}/x',
      '\u0000\u001f https:///${record.host}/x',
      'ht\ttps:/\n/\t/${record.host}/x',
      'HTTPS://${record.host}?x',
      'https://shop.example:${record.host}/x',
      'https://shop.example${record.host}/x',
      'https://${record.host}@shop.example/x',
      '${vars.scheme}//${record.host}/x',
      '${vars.scheme}/${record.host}/x',
      '${vars.scheme}${record.host}/x',
      '${vars.start}/${record.host}/x',
      'https://${vars.none}/${record.host}/x',
      '${vars["scheme"]}//${record.host}/x',
    ])
      assert.equal(from(url), 'record.host', url)
    // What is behind a name that is worked out nobody knows here: two slashes may be those of the scheme.
    assert.equal(from('${secret.SCHEME}://${record.host}/x'), 'secret.SCHEME and record.host')
    assert.equal(hostTakenFrom({ connection: 'odd', path: '/${record.host}/x' }, addresses), 'record.host')
  })

  test('is what URL itself takes for the host, whatever stands around it', () => {
    const signs = fc.constantFrom(
      '/',
      '\\',
      ' ',
      '\t',
      '\n',
      ':',
      '@',
      '?',
      '#',
      'a',
      '.',
      '8',
      'https:',
      'HTTP://',
    )
    const heads = fc.constantFrom('https:', ' HTTP:', 'ht\ttps:', '\u0000\nhttp:')
    fc.assert(
      fc.property(heads, fc.array(signs, { maxLength: 6 }), (head, more) => {
        const before = head + more.join('')
        const [one, other] = ['1', '2'].map((host) => URL.parse(`${before}${host}/x`))
        if (!one || !other) return
        const isChosen = [
          one.host !== other.host,
          one.username !== other.username,
          one.password !== other.password,
        ]
        assert.equal(from(`${before}\${record.host}/x`), isChosen.includes(true) ? 'record.host' : undefined)
      }),
      { numRuns: 3000 },
    )
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
