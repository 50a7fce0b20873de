// Names and values as forms and queries carry them (URL Standard, application/x-www-form-urlencoded). What is nested is
// named with brackets, as PHP, Rails, `qs` and Stripe read it: a[b][0]=1.
import type { FormLists } from './http-call.ts'
import { textOf } from '../cel/values.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'

function pairsOf(value: JsonValue, name: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((one, at) => pairsOf(one, `${name}[${at}]`))
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([key, one]) => pairsOf(one, `${name}[${key}]`))
  // Stripe and others take an empty value for "remove it".
  return [[name, value === null ? '' : textOf(value)]]
}

const isFlat = (list: JsonValue[]): boolean => list.every((one) => !Array.isArray(one) && !isJsonObject(one))

/**
 * `indexed`: a[0]=x&a[1]=y. `repeated`: a list of plain values repeats its name, a=x&a=y. Empty lists and maps say nothing, as no
 * form can tell them.
 */
export const formPairs = (form: JsonObject, lists: FormLists): [string, string][] =>
  Object.entries(form).flatMap(([name, value]) =>
    lists === 'repeated' && Array.isArray(value) && isFlat(value)
      ? value.flatMap((one) => pairsOf(one, name))
      : pairsOf(value, name),
  )

export const encodePairs = (pairs: [string, string][]): string =>
  new URLSearchParams(pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()])).toString()
