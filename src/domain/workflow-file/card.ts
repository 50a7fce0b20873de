// What a card says of a case: texts of the file, for a workflow, a route, its review or its exception. The nearest one counts,
// part by part.
import { z } from 'zod'
import { label, template } from '../text/text-kinds.ts'

const bounded = <T extends z.ZodType>(value: T, most: number, what: string) =>
  z
    .record(label.max(40, 'a label has at most 40 characters'), value)
    .refine((all) => Object.keys(all).length <= most, `a card has at most ${most} ${what}`)

export const cardSchema = z
  .strictObject({
    title: template
      .min(1)
      .optional()
      .meta({ examples: ['Refund ${record.amount} to ${record.customer}'] }),
    text: template.min(1).optional().describe('One sentence: why a person is needed'),
    fields: bounded(template, 6, 'fields').optional().describe('Label: text; an address is a link'),
    links: bounded(template.min(1), 5, 'links').optional().describe('Label: address'),
    image: template.min(1).optional().describe('An address of an image, https'),
  })
  .describe('What the card says of the case')

export type CardTexts = z.output<typeof cardSchema>
