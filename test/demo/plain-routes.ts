// The same question asked of a CSV without any of our code: which way should each order go? Compared with what the
// bot did, so it shares nothing with the rules, the parser of times or the validation.
import { readFileSync } from 'node:fs'

const KNOWN = [
  'created',
  'approved',
  'invoiced',
  'processing',
  'shipped',
  'delivered',
  'unavailable',
  'canceled',
]

/** M/D/YYYY H:MM as a number that sorts like the time. */
function time(text: string): number {
  const [month, day, year, hour, minute] = text.split(/[/ :]/).map(Number)
  return (((year! * 12 + month!) * 31 + day!) * 24 + hour!) * 60 + minute!
}

function wayOf(row: Record<string, string>): string {
  const status = row['order_status']!
  const promised = row['order_estimated_delivery_date']!
  const delivered = row['order_delivered_customer_date']!
  if (status === '' || promised === '') return 'missing_field'
  if (!KNOWN.includes(status)) return 'invalid_field'
  if (status === 'unavailable' || status === 'canceled') return 'refund'
  if (delivered !== '' && time(delivered) > time(promised)) return 'apologise'
  return status === 'delivered' ? 'close' : 'wait'
}

/** Count of orders for each route, or reason to stop. The files hold no quoted cells. */
export function plainRoutes(csv: string): Record<string, number> {
  const [head = '', ...lines] = readFileSync(csv, 'utf8').trim().split(/\r?\n/)
  const names = head.split(',')
  const counts: Record<string, number> = {}
  for (const line of lines) {
    const cells = line.split(',')
    const way = wayOf(Object.fromEntries(names.map((name, at) => [name, (cells[at] ?? '').trim()])))
    counts[way] = (counts[way] ?? 0) + 1
  }
  return counts
}
