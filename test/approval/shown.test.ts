// What an approver reads before they approve: everything that would be sent, what is not covered, and what has changed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'
import { explainSections } from '../../src/cli/text/run-text.ts'
import { timesFor } from '../../src/cli/text/times.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { explainPage } from '../../src/explain/page.ts'
import { waitForModal } from '../slack/waiting.ts'

const flow = `
workflow: payouts
owner: "@joan"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields:
  order: { type: string }
  amount: { type: number }
  iban: { type: string, personal: true }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: role:leads, except: [pay back.json.at] }
    actions:
      - action: pay back
        http:
          url: "\${vars.shop}/refunds"
          headers: { X-Key: "\${secret.SHOP_KEY}" }
          json: { order: "\${record.order}", lines: [{ amount: "\${record.amount}" }], to: "\${record.iban}", at: "\${now}" }
        retry: { attempts: 1 }
      - action: tell
        slack: { channel: "#finance", text: "Paid back \${record.amount} <!channel>" }
    outcome: achieved
`
const cardOf = ({ control }: Bot, fits: RegExp): Promise<Message> =>
  control.waitForMessage(
    { channel: '#ops-exceptions' },
    (one) => one.ephemeralTo === null && fits.test(JSON.stringify(one.blocks)),
  )

test('the card and the windows of a review say what will be sent, what is not covered, and what has changed since', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { SHOP_KEY: 'hush-hush' } })
  await bot.publish({ payouts: flow }, `roles: { leads: ["@ada"] }\nvars: { shop: "${target.url}" }`)
  const iban = 'DE02120300000000202051'
  const otherIban = 'GB33BUKB20201555555555'
  const { body } = await bot.send('payouts', { order: 'S-1', amount: 120, iban })
  await bot.untilIdle()
  const card = await cardOf(bot, /What will be sent/)
  const texts = card.blocks.map((block) => (block as { text?: { text?: string } }).text?.text ?? '')
  const will = texts.find((text) => text.startsWith('What will be sent'))
  assert.equal(
    will?.replaceAll(target.url, 'URL'),
    `What will be sent
1. pay back: POST URL/refunds
not covered by the approval: json.at
2. tell: message in #finance`,
  )
  assert.doesNotMatch(JSON.stringify(card), /hush-hush|DE0212/)
  const on = { channel: card.channel, ts: card.ts }
  await bot.control.press({ user: '@ada', container: on, actionId: 'why' })
  const why = await waitForModal(bot, '@ada', 'Why?')
  assert.match(JSON.stringify(why.blocks), /What will be sent.*json\.lines\.0\.amount: 120/)
  await bot.control.close({ user: '@ada', all: true })

  target.answerWith(422)
  await bot.control.press({ user: '@ada', container: on, actionId: 'approve', confirmed: true })
  await cardOf(bot, /Action refused/)
  const { id: exceptionId } = await bot.app.db.prisma.exception.findFirstOrThrow({
    where: { runId: body.run, state: 'open' },
  })
  await bot.app.resolve({
    exceptionId,
    actor: { id: 'cli:joan', surface: 'cli' },
    resolution: { do: 'retry', input: { json: { order: 'S-1', lines: [{ amount: 5000 }], to: otherIban } } },
  })
  const again = await cardOf(bot, /What has changed/)
  const shown = JSON.stringify(again.blocks)
  assert.match(shown, /pay back, json\.lines\.0\.amount: 120 → 5000/)
  assert.match(shown, /What is about to be sent is not what was approved/)
  assert.match(shown, /pay back, json\.to: ●●● → ●●●/)
  assert.match(shown, /“Show masked values”, shows it to its approvers/)
  assert.doesNotMatch(shown, /hush-hush|DE0212|GB33/)
  const onAgain = { channel: again.channel, ts: again.ts }

  // Nobody approves blind: what is masked is shown to those who may, and the audit keeps that they looked.
  await bot.control.press({ user: '@ada', container: onAgain, actionId: 'why' })
  const whyAgain = await waitForModal(bot, '@ada', 'Why?')
  await bot.control.press({ user: '@ada', container: { viewId: whyAgain.id }, actionId: 'reveal' })
  const revealed = JSON.stringify((await waitForModal(bot, '@ada', 'Masked values')).blocks)
  assert.match(revealed, new RegExp(`pay back, json\\.to: ${iban} → ${otherIban}`))
  assert.match(revealed, new RegExp(`What will be sent.*json\\.to: ${otherIban}`))
  assert.equal(await bot.app.db.prisma.audit.count({ where: { action: 'run.revealed' } }), 1)

  await bot.control.press({ user: '@ada', container: onAgain, actionId: 'approve', confirmed: true })
  await until('the second call', async () => (target.requests.length > 1 ? true : undefined))
  assert.deepEqual(
    target.requests.map((one) => (one.body as { lines: unknown }).lines),
    [[{ amount: 120 }], [{ amount: 5000 }]],
  )
})

const longFlow = `
workflow: notes
owner: "@joan"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields:
  order: { type: string }
  note: { type: string }
  lines: { type: object }
  pin: { type: string, secret: true }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: "@ada" }
    actions:
      - action: pay
        http: { url: "\${vars.shop}/pay", json: { note: "\${record.note}", lines: "\${record.lines}", pin: "\${record.pin}" } }
        retry: { attempts: 1 }
    outcome: achieved
`
/** All pages of the window that is open, as one text. */
async function allPages(bot: Bot, name: string, title: string): Promise<{ text: string; pages: number }> {
  let view = await waitForModal(bot, '@ada', title)
  const texts = [textsOf(view.blocks)]
  while (JSON.stringify(view.blocks).includes(`"${name}_next"`)) {
    const { hash } = view
    await bot.control.press({ user: '@ada', container: { viewId: view.id }, actionId: `${name}_next` })
    view = await until('the next page', async () => {
      const next = (await bot.control.views('@ada')).views.at(-1)
      return next && next.hash !== hash ? next : undefined
    })
    texts.push(textsOf(view.blocks))
  }
  return { text: texts.join('\n'), pages: texts.length }
}
const textsOf = (blocks: readonly unknown[]): string =>
  blocks.map((block) => (block as { text?: { text?: string } }).text?.text ?? '').join('\n')
/** Without the marks of lines that go on in another section. */
const joined = (text: string) => text.replaceAll('\n(continued) ', '')

const words = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => `word-${from + at}`).join(' ')

test('whatever an approval covers can be read whole in a window, however long; the card says that it is not whole', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ notes: longFlow }, `vars: { shop: "${target.url}" }`)
  const note = words(0, 6000)
  const lines = Object.fromEntries(
    Array.from({ length: 900 }, (_, at) => [`line${at}`, `${at} ${'x'.repeat(200)}`]),
  )
  const pin = `pin-${words(0, 900)}-end`
  const { body } = await bot.send('notes', {
    order: 'L-1',
    note,
    lines: { ...lines, zz: 'HIDDEN-LAST' },
    pin,
  })
  await bot.untilIdle()
  const card = await cardOf(bot, /What will be sent/)
  assert.match(JSON.stringify(card.blocks), /Not all of it fits here\. “Why\?” shows all of it\./)
  const onCard = { channel: card.channel, ts: card.ts }
  await bot.control.press({ user: '@ada', container: onCard, actionId: 'why' })
  const why = await allPages(bot, 'why', 'Why?')
  assert.ok(why.pages > 1)
  assert.ok(joined(why.text).includes(`    json.note: ${note}`), 'a long text, whole')
  for (const value of [...Object.values(lines), 'HIDDEN-LAST']) assert.ok(why.text.includes(value), value)
  assert.doesNotMatch(why.text, /pin-word/)

  const open = await waitForModal(bot, '@ada', 'Why?')
  await bot.control.press({ user: '@ada', container: { viewId: open.id }, actionId: 'reveal' })
  const revealed = await allPages(bot, 'reveal', 'Masked values')
  assert.ok(joined(revealed.text).includes(`    json.pin: ${pin}`), 'a long masked value, whole')
  await bot.control.close({ user: '@ada', all: true })

  target.answerWith(422)
  await bot.control.press({ user: '@ada', container: onCard, actionId: 'approve', confirmed: true })
  await cardOf(bot, /Action refused/)
  const { id: exceptionId } = await bot.app.db.prisma.exception.findFirstOrThrow({
    where: { runId: body.run, state: 'open' },
  })
  const edited = `${words(0, 5999)} EVIL-ACCOUNT ${words(7000, 10)}`
  await bot.app.resolve({
    exceptionId,
    actor: { id: 'cli:joan', surface: 'cli' },
    resolution: { do: 'retry', input: { json: { note: edited, lines, pin } } },
  })
  const again = await cardOf(bot, /What has changed/)
  const changed = again.blocks
    .map((block) => textsOf([block]))
    .find((text) => text.startsWith('What has changed'))
  assert.match(changed ?? '', /pay, json\.note: ….*word-5999 → ….*EVIL-ACCOUNT word-7000/)
  await bot.control.press({
    user: '@ada',
    container: { channel: again.channel, ts: again.ts },
    actionId: 'why',
  })
  const whyAgain = joined((await allPages(bot, 'why', 'Why?')).text)
  assert.ok(whyAgain.includes(`pay, json.note: ${note} → ${edited}`), 'before and after, each whole')
  assert.ok(whyAgain.includes('What has changed') && whyAgain.includes('What will be sent'))

  const run = await readRun(bot.app.db.prisma, body.run)
  assert.ok(run)
  const said = JSON.stringify(explainSections(run, timesFor()))
  assert.ok(said.includes(`pay, json.note: ${note} → ${edited}`), 'signalbox explain')
  assert.ok(
    explainPage({ run, audit: [], writtenAt: new Date() }).includes(`pay, json.note: ${note} → ${edited}`),
    'the page',
  )
})
