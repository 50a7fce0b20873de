// What runs under chaos: workflows that call the target once an event, some of which need a person first or afterwards.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const WORKFLOWS = ['orders', 'refunds', 'payouts', 'invoices', 'returns', 'claims'] as const
export type WorkflowName = (typeof WORKFLOWS)[number]
export const channelOf = (workflow: WorkflowName): string => `#chaos-${workflow}`

export const standards = `
channels: { exceptions: '#ops-exceptions', alerts: '#ops-alerts' }
roles: { operators: ['@ops-lead'] }
`

export const flow = (workflow: WorkflowName, target: string): string => `
workflow: ${workflow}
owner: round_robin("@ada", "@grace")
channel: "${channelOf(workflow)}"
access: { read: everyone }
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields: { id: { type: string }, amount: { type: number }, refuse: { type: string } }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: ["@ada", "@grace"], when: record.amount > 500 }
    actions:
      - action: pay
        http: { url: "${target}/pay", json: { id: "\${record.id}", refuse: "\${record.refuse}" }, timeout: 2s }
        retry: { attempts: 3, first: 1s, most: 2s }
    outcome: achieved
`

export function writeWorkflows(dir: string, target: string): void {
  writeFileSync(join(dir, 'signalbox.yaml'), standards)
  for (const name of WORKFLOWS) writeFileSync(join(dir, `${name}.yaml`), flow(name, target))
}

/** What the n-th event says: one in 12 needs an approval, one in 20 has no amount to read, one in 25 is refused at first. */
export const bodyOf = (id: string, n: number): Record<string, unknown> => ({
  id,
  amount: n % 20 === 7 ? 'many' : n % 12 === 5 ? 900 : 12,
  refuse: n % 25 === 3 ? 'yes' : 'no',
})
