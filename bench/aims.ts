// What a bench is held to: each figure beside its aim, and whether it holds.

export interface Aim {
  what: string
  measured: number
  /** `at least` or `at most` this much. */
  bound: 'at least' | 'at most'
  aim: number
  unit: string
  holds: boolean
}

const rounded = (value: number) => Number(value.toPrecision(3))

export const atLeast = (what: string, measured: number, aim: number, unit = '×'): Aim => ({
  what,
  measured: rounded(measured),
  bound: 'at least',
  aim,
  unit,
  holds: measured >= aim,
})

export const atMost = (what: string, measured: number, aim: number, unit = '×'): Aim => ({
  what,
  measured: rounded(measured),
  bound: 'at most',
  aim,
  unit,
  holds: measured <= aim,
})

/** What else ran when a bench began: above this, its figures say nothing about aims. */
const MOST_LOAD = 1.5

/** One line each, for people. `load`: of the machine when the bench began. */
export const aimLines = (aims: Aim[], load: number): string[] =>
  aims.map(({ what, measured, bound, aim, unit, holds }) => {
    const verdict = load > MOST_LOAD ? 'no word' : holds ? 'holds' : 'MISSED'
    return `${verdict.padEnd(8)}${what}: ${measured} ${unit} (aim: ${bound} ${aim} ${unit})`
  })

export const loadLine = (load: number): string =>
  load > MOST_LOAD
    ? `The load was ${load.toFixed(1)} when this began: whether an aim holds is not said above ${MOST_LOAD}.`
    : `The load was ${load.toFixed(1)} when this began.`
