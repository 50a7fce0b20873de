// How a template becomes a text of its kind: what the author wrote stays as written, what comes from outside is
// escaped for where it goes. `vars` and secrets are the author's own.
import { textOf } from '../cel/values.ts'
import type { Context } from '../cel/expression.ts'
import { MASK } from '../masking/marked.ts'
import { clean, escape, inert } from './mrkdwn.ts'
import { isLeftOut, type Template, TemplateError, valueOf } from '../cel/template.ts'
import type { HeaderText, MailAddresses, MailLine, MailText, SlackText, UrlText } from './texts.ts'

interface Place {
  /** The text so far. */
  before: string
  /** The expression, for what is wrong with its value. */
  source: string
}
type Escape = (value: string, place: Place) => string

const rendered = (template: Template, context: Context, escapeFor: Escape): string => {
  let before = ''
  for (const part of template.parts) {
    if ('text' in part) before += part.text
    else {
      const value = textOf(valueOf(part, context)).toWellFormed()
      before +=
        part.fromUs || value === MASK || isLeftOut(part, context)
          ? value
          : escapeFor(value, { before, source: part.expression.source })
    }
  }
  return before
}

const refused = ({ source }: Place, why: string) => new TemplateError(source, why)

/** In an address, what came from outside is percent-encoded, so that no value can change where the call goes. */
const inUrl: Escape = (value, place) => {
  // A dot segment stays one however it is encoded, and would leave the path.
  if (value === '.' || value === '..') throw refused(place, `"${value}" is not allowed in a URL path`)
  // DELETE /users/${record.id} must not become DELETE /users/.
  if (value === '' && !/[?#]/.test(place.before)) throw refused(place, 'must not be empty in a URL path')
  return encodeURIComponent(value)
}

/** A whole address at the head of an author's <…|label>. */
const linkTarget: Escape = (value, place) => {
  const isLink =
    URL.canParse(value) && ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(value).protocol)
  if (!isLink) throw refused(place, 'must be a web, mail or phone link here')
  return escape(new URL(value).href).replaceAll('|', '%7C')
}

/** Within <…> of the author: a value is a part of the mention, the address or the label, and never ends it. */
const inAngle = (open: string): Escape => {
  if (open.includes('|')) return (value) => inert(value.replaceAll(/\s+/g, ' '))
  if (open === '') return linkTarget
  if (!/^[@#!]/.test(open)) return inUrl
  return (value, place) => {
    if (/^[\w.:-]+$/.test(value)) return value
    throw refused(place, 'must be a Slack id to be used in a mention')
  }
}

const inSlack: Escape = (value, place) => {
  const at = place.before.lastIndexOf('<')
  if (at <= place.before.lastIndexOf('>')) return inert(value)
  return inAngle(place.before.slice(at + 1))(value, place)
}

/** One line: what would begin another is a space, as RFC 9110 (5.5) has it for HTTP. */
// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')

const inAddresses: Escape = (value, place) => {
  // One value is one address: it cannot bring a second one along.
  if (/[,;\s]/.test(value.trim())) throw refused(place, 'is not one mail address')
  return value.trim()
}

/** Words of ours, with outside parts in them, as texts of a mail and as a header. */
export const mailLine = (text: string) => oneLine(clean(text)) as MailLine
export const mailText = (text: string) => clean(text) as MailText
export const headerText = (text: string) => oneLine(text) as HeaderText

export const renderSlack = (template: Template, context: Context) =>
  rendered(template, context, inSlack) as SlackText
export const renderUrl = (template: Template, context: Context) =>
  rendered(template, context, inUrl) as UrlText
export const renderHeader = (template: Template, context: Context) =>
  headerText(rendered(template, context, oneLine))
export const renderMailLine = (template: Template, context: Context) =>
  mailLine(rendered(template, context, clean))
export const renderMailText = (template: Template, context: Context) =>
  rendered(template, context, clean) as MailText
export const renderMailAddresses = (template: Template, context: Context) =>
  rendered(template, context, inAddresses) as MailAddresses
