// The arithmetic of charts: round steps on an axis, where a value stands, the way along a pie. Pure.

/** A round step (1, 2 or 5 times a power of ten) that cuts `span` in about `parts`. */
const roundStep = (span, parts) => {
  const rough = span / parts || 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10
  return factor * power
}

/** @param {number[]} values @returns {{low: number, high: number, marks: number[]}} always with zero in it */
export const axisFor = (values) => {
  const least = Math.min(0, ...values)
  const most = Math.max(0, ...values)
  const step = roundStep(most - least || 1, 4)
  const low = Math.floor(least / step) * step
  const high = Math.max(Math.ceil(most / step) * step, low + step)
  const count = Math.round((high - low) / step)
  return { low, high, marks: Array.from({ length: count + 1 }, (_, index) => low + index * step) }
}

/** @param {{low: number, high: number}} axis @param {number} height the lowest value's place, counted from the top */
export const placeOn =
  ({ low, high }, height) =>
  (value) =>
    height - ((value - low) / (high - low)) * height

const around = (share, radius) => {
  const angle = share * 2 * Math.PI - Math.PI / 2
  return [radius + radius * Math.cos(angle), radius + radius * Math.sin(angle)]
    .map((one) => one.toFixed(3))
    .join(' ')
}

/** The path of each slice of a pie. @param {number[]} values */
export const slices = (values, radius) => {
  const total = values.reduce((sum, value) => sum + value, 0) || 1
  let from = 0
  return values.map((value) => {
    const share = value / total
    // a whole circle has no chord: draw it as two halves
    const path =
      share > 0.9999
        ? `M${around(0, radius)} A${radius} ${radius} 0 1 1 ${around(0.5, radius)} A${radius} ${radius} 0 1 1 ${around(0, radius)}Z`
        : `M${radius} ${radius} L${around(from, radius)} A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${around(from + share, radius)}Z`
    from += share
    return { path, share }
  })
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
export const shortNumber = (value) => compact.format(value)
