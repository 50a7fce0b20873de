// Cron lines as a seed draws them: the text, and beside it a predicate that never read that text.
import { pick, type Random } from '../random.ts'

export interface Clock {
  minute: number
  hour: number
  date: number
  month: number
  weekday: number
  /** Days of this month after this one. */
  daysLeft: number
}

export interface DrawnLine {
  text: string
  /** Every hour of the day is named. */
  isEveryHour: boolean
  matches(clock: Clock): boolean
}

interface Field {
  text: string
  has(value: number): boolean
}
const every: Field = { text: '*', has: () => true }
const list = (values: number[]): Field => ({ text: values.join(','), has: (value) => values.includes(value) })
const step = (size: number): Field => ({ text: `*/${size}`, has: (value) => value % size === 0 })
const range = (from: number, to: number): Field => ({
  text: `${from}-${to}`,
  has: (value) => value >= from && value <= to,
})

/** `near` is the hour at which the clock is set: most lines are drawn to meet it. */
export function drawLine(random: Random, near: number): DrawnLine {
  const minute = pick(random, [
    list([0]),
    list([30]),
    list([Math.floor(random() * 60)]),
    list([0, 15, 59]),
    step(20),
    step(15),
    step(7),
    every,
  ])
  const [before, after] = [(near + 23) % 24, (near + 1) % 24]
  const hour = pick(random, [
    list([near]),
    list([near]),
    list([before]),
    list([near, after].toSorted((a, b) => a - b)),
    list([Math.floor(random() * 24)]),
    step(2),
    range(0, 3),
    range(0, 23),
    every,
  ])
  const text = (date: string, month: string, weekday: string) =>
    `${minute.text} ${hour.text} ${date} ${month} ${weekday}`
  const isEveryHour = hour === every || hour.text === '0-23'
  const isTime = (clock: Clock) => minute.has(clock.minute) && hour.has(clock.hour)
  const weekday = Math.floor(random() * 7)
  const date = 1 + Math.floor(random() * 31)
  const nth = 1 + Math.floor(random() * 5)
  const month = 1 + Math.floor(random() * 12)
  const days: [text: string, isOn: (clock: Clock) => boolean][] = [
    [text('*', '*', '*'), () => true],
    [text('*', '*', '*'), () => true],
    [text('*', '*', `${weekday}`), (clock) => clock.weekday === weekday],
    [text('*', '*', '1-5'), (clock) => clock.weekday >= 1 && clock.weekday <= 5],
    [text('*', '*', '7'), (clock) => clock.weekday === 0],
    [
      text('*', '*', `${weekday}#${nth}`),
      (clock) => clock.weekday === weekday && clock.date > (nth - 1) * 7 && clock.date <= nth * 7,
    ],
    [text('*', '*', `${weekday}L`), (clock) => clock.weekday === weekday && clock.daysLeft < 7],
    [text('L', '*', '*'), (clock) => clock.daysLeft === 0],
    [text('1-7', '*', '*'), (clock) => clock.date <= 7],
    [text(`${date}`, '*', `${weekday}`), (clock) => clock.date === date || clock.weekday === weekday],
    [text('*', `${month}`, '*'), (clock) => clock.month === month],
  ]
  const [line, isOn] = pick(random, days)
  return { text: line, isEveryHour, matches: (clock) => isTime(clock) && isOn(clock) }
}
