// What alerts and the dashboard ask for is what /metrics tells, over a run that succeeds and one that waits.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'

const ROOT = join(import.meta.dirname, '../..')
const workflow = (target: string) => `
workflow: orders
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
fields:
  amount: { type: number }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay: { actions: [{ action: pay, http: { url: "${target}/pay" } }], outcome: achieved }
`
const namesIn = (text: string): string[] => [...new Set(text.match(/\bsignalbox_\w+/g) ?? [])]

test('every metric that alerts and dashboard name is told by /metrics, and the figures are right', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
  await bot.publish(
    { orders: workflow(target.url) },
    'channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }',
  )
  await bot.send('orders', { amount: 12 })
  await bot.send('orders', { amount: 'much' })
  await bot.send('nothing-here', { amount: 12 })
  await bot.untilIdle()
  const text = await (await fetch(`${bot.app.url}/metrics`)).text()
  for (const line of [
    'signalbox_exceptions_open{workflow="orders",reason="invalid_field"} 1',
    'signalbox_hook_events_total{workflow="orders",status="202"} 2',
    'signalbox_hook_events_total{workflow="unknown",status="404"} 1',
    `signalbox_attempts_total{target="${new URL(target.url).host}",result="done"} 1`,
    `signalbox_attempt_duration_seconds_count{target="${new URL(target.url).host}"} 1`,
    'signalbox_outcomes_total{workflow="orders",outcome="achieved"} 1',
    'signalbox_cards_waiting 0',
    'signalbox_workflow_paused{workflow="orders"} 0',
    'signalbox_runs{state="unaccounted"} 0',
  ])
    assert.ok(text.split('\n').includes(line), line)
  assert.match(text, /signalbox_workflow_last_success_timestamp_seconds\{workflow="orders"\} 1\d{9}/)
  assert.match(text, /signalbox_exception_oldest_seconds\{workflow="orders"\} \d/)

  // Nothing but what ended is an outcome, and a second look counts nothing twice.
  const again = await (await fetch(`${bot.app.url}/metrics`)).text()
  assert.deepEqual(again.match(/^signalbox_outcomes_total.*/gm), [
    'signalbox_outcomes_total{workflow="orders",outcome="achieved"} 1',
  ])

  const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
  const alerts = await readFile(join(ROOT, 'docs/alerts.yml'), 'utf8')
  const dashboard = await readFile(join(ROOT, 'deploy/grafana-dashboard.json'), 'utf8')
  for (const name of [...namesIn(alerts), ...namesIn(dashboard)])
    assert.ok(told.has(name.replace(/_bucket$/, '')), `${name} is not told by /metrics`)
  const { groups } = parse(alerts) as { groups: { rules: { alert: string; expr: string }[] }[] }
  for (const { alert, expr } of groups.flatMap(({ rules }) => rules)) {
    assert.ok(expr.length > 0, alert)
    assert.equal(expr.split('(').length, expr.split(')').length, `${alert}: brackets`)
  }
})
