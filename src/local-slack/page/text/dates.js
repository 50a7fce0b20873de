// Times as a reader wants them, and Slack's date tokens ({date_short} at {time}).

const format = (options) => {
  const made = new Intl.DateTimeFormat(undefined, options)
  return (ms) => made.format(new Date(ms))
}

export const clockTime = format({ hour: 'numeric', minute: '2-digit' })
const clockSeconds = format({ hour: 'numeric', minute: '2-digit', second: '2-digit' })
const long = format({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })
const longFull = format({ month: 'long', day: 'numeric', year: 'numeric' })
const dayMonth = format({ month: 'long', day: 'numeric' })
const short = format({ month: 'short', day: 'numeric', year: 'numeric' })
const slash = format({ day: '2-digit', month: '2-digit', year: 'numeric' })
export const fullTime = format({ dateStyle: 'full', timeStyle: 'medium' })

const dayStart = (ms) => new Date(ms).setHours(0, 0, 0, 0)
const dayMs = 86_400_000

/** Seconds of a message's ts as milliseconds. */
export const msOf = (ts) => Math.floor(Number.parseFloat(ts) * 1000)

const nearDay = (ms, nowMs) => {
  const days = Math.round((dayStart(ms) - dayStart(nowMs)) / dayMs)
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days]
}

const capital = (word) => word && word[0].toUpperCase() + word.slice(1)

/** The line between two days of a channel. */
export const dayName = (ms, nowMs) => capital(nearDay(ms, nowMs)) ?? long(ms)
export const isSameDay = (one, other) => dayStart(one) === dayStart(other)

const iso = (ms) => {
  const day = new Date(ms)
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}

export const ago = (ms, nowMs) => {
  const seconds = Math.round((ms - nowMs) / 1000)
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ]
  if (Math.abs(seconds) < 1) return 'just now'
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(Math.round(seconds / size), unit)
}

const tokens = {
  date_num: iso,
  date_slash: slash,
  date_long: long,
  date_long_full: longFull,
  date: dayMonth,
  date_short: short,
  time: clockTime,
  time_secs: clockSeconds,
  date_pretty: (ms, nowMs) => nearDay(ms, nowMs) ?? dayMonth(ms),
  date_short_pretty: (ms, nowMs) => nearDay(ms, nowMs) ?? short(ms),
  date_long_pretty: (ms, nowMs) => nearDay(ms, nowMs) ?? long(ms),
  day_divider_pretty: (ms, nowMs) => nearDay(ms, nowMs) ?? long(ms),
  ago,
}

/** @param {number} timestamp unix seconds @param {string} pattern such as `{date_short} at {time}` */
export const slackDate = (timestamp, pattern, nowMs) =>
  pattern.replace(/\{([a-z_]+)\}/g, (whole, name) =>
    Object.hasOwn(tokens, name) ? tokens[name](timestamp * 1000, nowMs) : whole,
  )
