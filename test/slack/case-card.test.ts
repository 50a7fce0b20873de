// What a card says of the case, by its file: title, fields, links; with nothing that is masked, and nothing obeyed in it.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'

const flow = `
workflow: refunds
title: Refunds
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
card:
  fields: { Order: "\${record.order}", Mail: "\${record.mail}", Account: "\${record.iban}", Page: "\${record.page}" }
  links: { Shop: "https://shop.example/orders/\${record.order}" }
  image: "https://img.example/\${record.order}.png"
fields:
  order: { type: string }
  amount: { type: number, missing: ignore }
  mail: { type: string }
  page: { type: string, missing: ignore }
  iban: { type: string, personal: true, missing: ignore }
rules:
  - { rule: large, when: 'has(record.amount) && record.amount > 100', route: refund }
  - { rule: rest, when: 'true', route: look }
routes:
  refund:
    title: Refund
    card: { title: "Refund €\${record.amount} for \${record.order}", text: "It is *large*: \${record.amount}" }
    review: { by: "@ada", card: { fields: { Amount: "€\${record.amount}", Missing: "\${record.page}" } } }
    actions: [{ action: pay, slack: { channel: "#ops-exceptions", text: "paid" } }]
    outcome: achieved
  look: { exception: { reason: needs_judgement, text: "Look at \${record.order}" } }
`

async function start(
  t: TestContext,
): Promise<{ bot: Bot; card: (event: object, fits: RegExp) => Promise<Message> }> {
  const bot = await startBot(t)
  await bot.publish({ refunds: flow }, 'channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }')
  return {
    bot,
    card: async (event, fits) => {
      await bot.send('refunds', event)
      return bot.control.waitForMessage({ channel: '#ops-exceptions' }, (one) =>
        fits.test(JSON.stringify(one.blocks)),
      )
    },
  }
}
const headerOf = ({ blocks }: Message) => ((blocks[0]?.['text'] ?? {}) as { text?: string }).text ?? ''
const fieldsOf = ({ blocks }: Message) =>
  blocks.flatMap(({ fields }) => ((fields ?? []) as { text: string }[]).map(({ text }) => text))

test('its title and fields are those of the file, the nearest part of it first; what has no value is left out', async (t) => {
  const { card } = await start(t)
  const message = await card({ order: 'C-1', amount: 900, mail: 'mabel@sons.example' }, /C-1/)
  assert.equal(headerOf(message), 'Refund €900 for C-1')
  const text = JSON.stringify(message.blocks)
  // The title says the amount.
  assert.deepEqual(fieldsOf(message), [])
  assert.match(text, /\*Approval needed:\* It is \*large\*: 900"/)
  const other = await card({ order: 'C-5', amount: 1900, mail: 'mabel@sons.example' }, /C-5/)
  assert.equal(headerOf(other), 'Refund €1900 for C-5')
  assert.match(text, /<https:\/\/shop\.example\/orders\/C-1\|Shop>/)
})

test('an address is a link, a mail address one to write to, a masked value stays masked, and nothing is obeyed', async (t) => {
  const { card } = await start(t)
  const event = {
    order: 'C-2 <!channel> *x*',
    mail: 'mabel@sons.example',
    page: 'https://x.example/a|b',
    iban: 'DE02120300000000202051',
  }
  const message = await card(event, /C-2/)
  assert.match(headerOf(message), /^Decision needed: Refunds C-2/)
  const [order, mail, account, page] = fieldsOf(message)
  assert.match(order ?? '', /^\*Order\* {2}C-2 &lt;!channel&gt; \u2060\*\u2060x\u2060\*\u2060$/)
  assert.equal(mail, '*Mail*  <mailto:mabel@sons.example|mabel@sons.example>')
  assert.equal(account, '*Account*  ●●●')
  assert.equal(page, '*Page*  <https://x.example/a%7Cb|x.example>')
  assert.doesNotMatch(JSON.stringify(message), /DE0212/)
})

test('says whose it is and until when in small print, one reason, and no steps where one action remains', async (t) => {
  const { card } = await start(t)
  const message = await card({ order: 'C-3', amount: 900, mail: 'a@b.example' }, /C-3/)
  assert.deepEqual(
    message.blocks.map(({ type }) => type),
    ['header', 'section', 'section', 'context', 'image', 'context', 'actions'],
  )
  const context = JSON.stringify(message.blocks.filter(({ type }) => type === 'context'))
  assert.match(context, /\*Owner\* <@U\w+> · \*Approvers\* /)
})

test('an address that is too long for Slack is left out, and the card stands', async (t) => {
  const { card } = await start(t)
  const message = await card({ order: `C-4 ${'é'.repeat(5000)}`, mail: 'a@b.example' }, /C-4/)
  const types = message.blocks.map(({ type }) => type)
  assert.ok(!types.includes('image') && types.includes('actions'), types.join())
})
