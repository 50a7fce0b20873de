// How often an event came, and which others have its id: one sentence each, for every view of a run. Pure.

export interface Deliveries {
  /** How often it came again with the same content. */
  redeliveries: number
  /** The run whose event has the same id and other content, and came before. */
  sameIdAs: string | null
  /** Runs whose events had the same id and other content, and came later. */
  changedIn: string[]
}

/** How an event came: `webhook at /in/stripe-eu`. `address`: of its delivery; null: it has none, or let go of it. */
export const sourceText = ({ source, address }: { source: string; address: string | null }): string =>
  address === null ? source : `${source} at ${address}`

const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`)

export const deliveryTexts = ({ redeliveries, sameIdAs, changedIn }: Deliveries): string[] => [
  ...(redeliveries === 0 ? [] : [`Came again ${times(redeliveries)} with the same content.`]),
  ...(sameIdAs === null ? [] : [`Has the id of ${sameIdAs}, which came before.`]),
  ...(changedIn.length === 0
    ? []
    : [`Came again as other runs, which asked whether they are new: ${changedIn.join(', ')}.`]),
]
