// The money of a digest, for each currency by itself: nothing knows how many dollars a euro is.
import { Big } from 'big.js'
import { z } from 'zod'
import { exactAmount, moneyText } from '../values/money.ts'
import { countText, earlier, oneOrMany, trendMark, type WindowKind } from './digest-words.ts'
import type { DigestFigures } from './digest.ts'

/** Digits in the major unit, of so many runs or cases. */
const sumSchema = z.object({ currency: z.string(), amount: z.string(), count: z.number() })
export type MoneySum = z.output<typeof sumSchema>

export const moneySchema = z.object({
  /** Open cases whose run has a value, when the window ended and when it began. */
  atStake: z.array(sumSchema),
  atStakeBefore: z.array(sumSchema),
  /** Runs with a value that were achieved in the window, by the route they took, and in the window before. */
  moved: z.array(sumSchema.extend({ workflow: z.string(), title: z.string(), route: z.string() })),
  movedBefore: z.array(sumSchema),
})
export type DigestMoney = z.output<typeof moneySchema>
export const noMoney: DigestMoney = { atStake: [], atStakeBefore: [], moved: [], movedBefore: [] }

const ROUTES_SHOWN = 3

/** With the decimals that its currency has: a sum of thousandths may end in a zero. */
export const exactSum = <T extends MoneySum>(sum: T): T => ({
  ...sum,
  amount: exactAmount(Big(sum.amount), sum.currency),
})

/** Sums of the same currency as one, in the order in which currencies first appear. Exact. */
export function byCurrency(sums: readonly MoneySum[]): MoneySum[] {
  const found = new Map<string, { amount: Big; count: number }>()
  for (const { currency, amount, count } of sums) {
    const sum = found.get(currency) ?? { amount: Big(0), count: 0 }
    found.set(currency, { amount: sum.amount.plus(amount), count: sum.count + count })
  }
  return [...found].map(([currency, { amount, count }]) => ({
    currency,
    amount: exactAmount(amount, currency),
    count,
  }))
}

const bySize = (a: MoneySum, b: MoneySum): number => Big(b.amount).abs().cmp(Big(a.amount).abs())

type Compared = { kind: WindowKind; before: readonly MoneySum[] }

/** "€900.00 in 3 open cases (last week: €120.00) ▲" */
function against({ currency, amount, count }: MoneySum, what: string, { kind, before }: Compared): string {
  const was = before.find((one) => one.currency === currency)
  const amountBefore = was?.amount ?? exactAmount(Big(0), currency)
  const order = Big(amount).cmp(Big(amountBefore))
  const then = earlier(kind, moneyText({ currency, amount: amountBefore }), false)
  return `${moneyText({ currency, amount })} in ${oneOrMany(count, what)} (${then}) ${trendMark(order, 0)}`.trim()
}

function routesText(routes: DigestMoney['moved']): string {
  const shown = routes.toSorted(bySize).slice(0, ROUTES_SHOWN)
  const rest = routes.length - shown.length
  const each = shown.map(({ title, route, ...sum }) => `${title}, ${route}: ${moneyText(sum)}`)
  return [...each, rest > 0 ? `and ${countText(rest)} more` : ''].filter((part) => part !== '').join('; ')
}

/** A line for what is at stake and one for what moved, in each currency. */
export function moneyLines({ money, ...kind }: Pick<DigestFigures, 'money'> & WindowKind): string[] {
  const moved = byCurrency(money.moved)
  return [
    ...byCurrency(money.atStake).map(
      (sum) => `At stake: ${against(sum, 'open case', { kind, before: byCurrency(money.atStakeBefore) })}`,
    ),
    ...moved.map((sum) => {
      const routes = money.moved.filter(({ currency }) => currency === sum.currency)
      return `Moved: ${against(sum, 'completed run', { kind, before: byCurrency(money.movedBefore) })}. ${routesText(routes)}`
    }),
  ]
}
