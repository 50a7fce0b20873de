// Public holidays by place. The library holds the rules of every country and the zones of the world, 13 MB in memory:
// it is loaded when a calendar first asks, which most never do.
import { createRequire } from 'node:module'
import type Holidays from 'date-holidays'

const require = createRequire(import.meta.url)
const library = () => require('date-holidays') as typeof Holidays

/** The rules of a place like DE, DE-BY or DE-BY-A. */
export const holidayRules = (place: string): Holidays => {
  const Rules = library()
  const [country = '', state, region] = place.split('-')
  if (region !== undefined) return new Rules(country, state ?? '', region)
  return state === undefined ? new Rules(country) : new Rules(country, state)
}

/** Whether there are rules for the country and, where one is named, the state. */
export const knowsHolidays = (place: string): boolean => {
  const [country = '', state] = place.split('-')
  const Rules = library()
  const all = new Rules()
  if (all.getCountries('en')[country] === undefined) return false
  return state === undefined || all.getStates(country, 'en')?.[state] !== undefined
}
