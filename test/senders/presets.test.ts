// Every preset over the wire, with deliveries that its sender could have made.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { typeOf } from '../../src/domain/body/media-type.ts'
import { parseQuietly } from '../../src/domain/cel/template-parts.ts'
import { presetNames, presetOf, type PresetName } from '../../src/domain/senders/presets.ts'
import { coverageOf } from '../../src/domain/senders/proof.ts'
import { receivingOf, unsignedInId } from '../../src/domain/senders/receiving.ts'
import { sampleOf as sampleFor } from '../../src/domain/senders/sample.ts'
import { sign } from '../../src/domain/senders/sign.ts'
import { triggerSchema } from '../../src/domain/workflow-file/trigger.ts'
import { type Bot, startBot } from '../bot.ts'
import { type Given, pairs, type Vector, vectors } from './vectors.ts'

/** Those that ask their sender for a key: keys.test.ts. */
const ASKING = ['sns', 'paypal', 'plaid']
const named = (which: string) => ({
  text: `${which} secret that nobody guesses`,
  base64: Buffer.from(`${which} secret that nobody guesses`).toString('base64'),
  hex: Buffer.from(`${which} secret that nobody guesses`).toString('hex'),
  whsec: `whsec_${Buffer.from(`${which} secret that nobody guesses`).toString('base64')}`,
  ecdsa: Object.keys(pairs).find((key) => pairs[key]?.name === which) ?? '',
})
const keys = { NEW: named('NEW'), OLD: named('OLD'), OTHER: named('OTHER') }
const formOfKey = (name: PresetName): keyof ReturnType<typeof named> => {
  const { proof } = presetOf(name)
  if (proof.kind !== 'signature') return 'text'
  return proof.algorithm === 'ecdsa' ? 'ecdsa' : proof.key
}
const env = Object.fromEntries(
  Object.entries(keys).flatMap(([which, forms]) =>
    Object.entries(forms).map(([form, value]) => [`${form.toUpperCase()}_${which}`, value]),
  ),
)
const webhookOf = (name: PresetName): Record<string, unknown> => {
  const form = formOfKey(name).toUpperCase()
  return {
    preset: name,
    secret: [`secret.${form}_NEW`, `secret.${form}_OLD`],
    ...(name === 'postmark' ? { username: 'mail' } : {}),
    ...(name === 'meta' ? { verify_token: 'secret.TEXT_OTHER' } : {}),
  }
}
const flow = (name: PresetName) => `
workflow: ${name}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: ${JSON.stringify(webhookOf(name))} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`
const sampleOf = (name: PresetName): string => sampleFor(presetOf(name)).body
const wired = presetNames.filter((name) => !ASKING.includes(name))

describe('a preset', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot({ after: (clean) => void cleaning.push(clean) }, { env })
    await bot.publish(Object.fromEntries(wired.map((name) => [name, flow(name)])))
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })
  const addressOf = (name: string) => `${bot.app.url}/hooks/${name}`
  const post = async (name: PresetName, { body, headers, query }: Vector, packed = false) => {
    const [form = 'json'] = presetOf(name).body ?? []
    const type = form === 'xml' ? 'text/xml' : typeOf[form]
    return fetch(`${addressOf(name)}${query === undefined ? '' : `?${query}`}`, {
      method: 'POST',
      body: packed ? new Uint8Array(gzipSync(body)) : body,
      headers: { 'content-type': type, ...headers, ...(packed ? { 'content-encoding': 'gzip' } : {}) },
    })
  }
  const make = (name: PresetName, more: Partial<Given> = {}): Vector => {
    const made = vectors[name]
    assert.ok(made, `${name} has no vector`)
    const key = keys.NEW[formOfKey(name)]
    return made({ body: sampleOf(name), at: new Date(), key, url: addressOf(name), ...more })
  }
  const count = (name: string) => bot.app.db.prisma.event.count({ where: { workflowKey: name } })

  for (const name of wired) {
    const preset = presetOf(name)
    test(`${name}: what its sender makes is taken once, and answered as it wants`, async () => {
      const vector = make(name)
      const first = await post(name, vector)
      const { reply } = preset
      assert.equal(first.status, reply?.status ?? 202, await first.clone().text())
      if (reply) assert.equal(await first.text(), reply.body ?? '')
      const events = preset.each === undefined ? 1 : 2
      assert.equal(await count(name), events, 'events of its sample')
      const again = await post(name, vector)
      // What nobody signs and no id names may be another event that says the same.
      const isKnown =
        coverageOf(preset.proof) !== 'nothing' || !['datadog', 'gitlab-token', 'jira-app'].includes(name)
      assert.equal(again.status, reply?.status ?? (isKnown ? 200 : 202), 'a repeat is answered with success')
      assert.equal(await count(name), isKnown ? events : 2 * events, 'a repeat is no event')
    })

    test(`${name}: what is tampered with, old, or of another secret is refused; a secret may be replaced`, async () => {
      const before_ = await count(name)
      const refuse = async (vector: Vector, why: string) => {
        const response = await post(name, vector)
        assert.equal(response.status, 401, `${why}: ${response.status} ${await response.text()}`)
      }
      await refuse(make(name, { key: keys.OTHER[formOfKey(name)] }), 'another secret')
      await refuse({ ...make(name), headers: {}, query: '', body: sampleOf(name) }, 'no proof')
      const { proof } = preset
      const right = make(name)
      if (coverageOf(proof) === 'body') {
        const tampered = right.body.replace(/[a-z](?=[^a-z]*$)/, (letter) => (letter === 'x' ? 'y' : 'x'))
        assert.notEqual(tampered, right.body)
        await refuse({ ...right, body: tampered }, 'tampered with')
      }
      if (proof.kind === 'signature' && proof.time) {
        const { toleranceMs } = proof.time
        await refuse(make(name, { at: new Date(Date.now() - toleranceMs - 60_000) }), 'too old')
        await refuse(make(name, { at: new Date(Date.now() + toleranceMs + 60_000) }), 'too new')
      }
      assert.equal(await count(name), before_)
      const old = await post(name, make(name, { key: keys.OLD[formOfKey(name)] }))
      assert.ok(old.ok, `the older of two secrets: ${old.status}`)
    })

    test(`${name}: what is compressed is proved as it stands on the wire`, async () => {
      const vector = make(name)
      // An HMAC over the text would not be one over what was sent.
      const response = await post(name, vector, true)
      const isOverBytes = coverageOf(preset.proof) === 'body' || name === 'twilio'
      assert.equal(response.status === 401, isOverBytes, `${response.status} ${await response.text()}`)
    })

    test(`${name}: its ids and its sender are expressions that read only what is signed`, () => {
      const { webhook } = triggerSchema.parse({ webhook: webhookOf(name) })
      assert.ok(webhook)
      assert.equal(unsignedInId(receivingOf(webhook)), undefined)
      for (const text of [preset.type, preset.time, preset.each, preset.id])
        assert.ok(text === undefined || parseQuietly(text) !== undefined, text)
    })

    test(`${name}: what our signer makes is taken`, async () => {
      if (formOfKey(name) === 'ecdsa') return
      const { webhook } = triggerSchema.parse({ webhook: webhookOf(name) })
      assert.ok(webhook)
      const sent = sign(receivingOf(webhook).proof, keys.NEW[formOfKey(name)], {
        body: sampleOf(name),
        at: new Date(),
        url: addressOf(name),
        id: `msg_${randomBytes(4).toString('hex')}`,
      })
      assert.ok(sent)
      const response = await post(name, sent)
      assert.ok(response.ok, `${response.status} ${await response.clone().text()}`)
    })
  }

  test('there are at least forty, and each has a vector of its own', () => {
    assert.ok(presetNames.length >= 40)
    assert.deepEqual(
      wired.filter((name) => !vectors[name]),
      [],
    )
  })
})
