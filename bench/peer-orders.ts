// What the hand-written workers decide of orders, by closures.

const rules = [
  { name: 'gone', when: (record: { status: string }) => record.status === 'canceled' },
  { name: 'large', when: (record: { amount: number }) => record.amount > 1000 },
  { name: 'rest', when: () => true },
] as { name: string; when: (record: { status: string; amount: number }) => boolean }[]

export function decideOrder(body: Buffer) {
  const { order_id, status, amount } = JSON.parse(body.toString()) as {
    order_id: string
    status: string
    amount: number
  }
  const record = { order_id, status, amount }
  return { record, rule: rules.find(({ when }) => when(record))?.name ?? null }
}
