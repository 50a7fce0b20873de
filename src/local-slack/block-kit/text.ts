// Text objects: plain_text and mrkdwn, and the strings that name things.

import { boolean, byType, pattern, refuse, shape, string, within, type Check, type Json } from './check.ts'
import { limits } from './limits.ts'

export const id = string({ max: limits.id })
export const url = string({ max: limits.url })
export const httpsUrl = pattern(/^https:\/\/\S{1,2990}$/, 'https://…')

/** `emoji` belongs to plain_text and `verbatim` to mrkdwn; Slack refuses each in the other. */
const notHere = (key: string) => (value: Json, at: Parameters<Check>[1]) => {
  if (value[key] !== undefined) refuse(at, 'unknown_property', `invalid additional property: ${key}`)
}

const plainShape = (max: number): Check =>
  shape({ text: string({ max }) }, { emoji: boolean }, notHere('verbatim'))
const mrkdwnShape = (max: number): Check =>
  shape({ text: string({ max }) }, { verbatim: boolean }, notHere('emoji'))

export const plain = (max: number): Check => byType({ plain_text: plainShape(max) })

/** plain_text or mrkdwn of at most `max` code points. */
export const text = (max: number): Check => byType({ plain_text: plainShape(max), mrkdwn: mrkdwnShape(max) })

const image = (required: Record<string, Check>, optional: Record<string, Check>): Check =>
  shape(
    { alt_text: string({ max: limits.altText }), ...required },
    { image_url: url, slack_file: shape({}, { id: string(), url }, oneSource), ...optional },
    (value, at) => {
      if ((value.image_url === undefined) === (value.slack_file === undefined))
        refuse(at, 'missing_field', 'must provide exactly one of image_url, slack_file', {
          type: 'required',
          expected: ['image_url', 'slack_file'],
        })
    },
  )

const oneSource = (value: Json, at: Parameters<Check>[1]) => {
  if ((value.id === undefined) === (value.url === undefined))
    refuse(within(at, 'id'), 'missing_field', 'must provide exactly one of id, url')
}

export const imageElement = image({}, {})
export const imageBlock = image({}, { title: plain(limits.label), block_id: id })
