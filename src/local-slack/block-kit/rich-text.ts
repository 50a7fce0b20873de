// rich_text: sections, lists, quotes and preformatted text, and the marks within a line.

import { boolean, byType, list, number, oneOf, pattern, shape, string, type Fields } from './check.ts'
import { id } from './text.ts'

const style = shape(
  {},
  { bold: boolean, italic: boolean, strike: boolean, code: boolean, underline: boolean },
)
const marks = { style } satisfies Fields
const link = shape({ url: string() }, { ...marks, text: string({ min: 0 }), unsafe: boolean })
const words = shape({ text: string() }, marks)

const inline = byType({
  text: words,
  link,
  user: shape({ user_id: string() }, marks),
  usergroup: shape({ usergroup_id: string() }, marks),
  channel: shape({ channel_id: string() }, marks),
  team: shape({ team_id: string() }, marks),
  broadcast: shape({ range: oneOf('here', 'channel', 'everyone') }, marks),
  color: shape({ value: pattern(/^#[0-9a-f]{6}$/i, '#rrggbb') }, marks),
  date: shape(
    { timestamp: number({ whole: true }), format: string() },
    { ...marks, url: string(), fallback: string() },
  ),
  emoji: shape({ name: string() }, { ...marks, unicode: string(), url: string() }),
})

const border = { border: oneOf(0, 1) } satisfies Fields
const section = shape({ elements: list(inline, { min: 0 }) })

export const richText = byType({
  rich_text: shape(
    {
      elements: list(
        byType({
          rich_text_section: section,
          rich_text_list: shape(
            {
              style: oneOf('bullet', 'ordered'),
              elements: list(byType({ rich_text_section: section })),
            },
            { ...border, indent: number({ min: 0, max: 8, whole: true }), offset: number({ whole: true }) },
          ),
          rich_text_quote: shape({ elements: list(inline, { min: 0 }) }, border),
          rich_text_preformatted: shape(
            { elements: list(byType({ text: words, link }), { min: 0 }) },
            { ...border, language: string() },
          ),
        }),
      ),
    },
    { block_id: id },
  ),
})
