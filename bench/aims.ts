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

/** One line each, for people. */
export const aimLines = (aims: Aim[]): string[] =>
  aims.map(
    ({ what, measured, bound, aim, unit, holds }) =>
      `${holds ? 'holds ' : 'MISSED'}  ${what}: ${measured} ${unit} (aim: ${bound} ${aim} ${unit})`,
  )
