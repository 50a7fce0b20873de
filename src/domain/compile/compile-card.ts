// The texts of cards, compiled. What cannot be rendered (a value is missing) is left out: the card stands all the same.
import { HIDE, ifRendered, renderText, saysSomething, SHOWS_MISSING, type Template } from '../cel/template.ts'
import type { Context } from '../cel/expression.ts'
import { renderSlack, renderUrl } from '../text/render-text.ts'
import type { CardTexts } from '../workflow-file/card.ts'
import type { Definition } from '../workflow-file/definition.ts'
import type { CompileFault, Pointer } from './compile-faults.ts'
import type { Language } from './compile-language.ts'
import { textCompiler } from './compile-texts.ts'

/** As an exception keeps it. `text` is Slack's mrkdwn with inert values; the rest is plain. */
export interface RenderedCard {
  title?: string
  text?: string
  fields?: [label: string, value: string][]
  links?: [label: string, url: string][]
  image?: string
}
export type CardPart = 'review' | 'exception' | undefined

type Render = (context: Context) => RenderedCard

/** Slack takes no message with a longer one (docs.slack.dev, image block: 3,000 characters). */
const MOST_ADDRESS = 3000

const isAddress = (url: string): boolean =>
  url.length <= MOST_ADDRESS &&
  URL.canParse(url) &&
  ['https:', 'http:', 'mailto:', 'tel:'].includes(new URL(url).protocol)

const filled = <T>(name: keyof RenderedCard, value: T | undefined, isFull: (value: T) => boolean) =>
  value !== undefined && isFull(value) ? { [name]: value } : {}

const compileOne = (
  texts: CardTexts | undefined,
  pointer: Pointer,
  { language, faults }: { language: Language; faults: CompileFault[] },
): Render => {
  const compile = textCompiler(language.onText, faults, language.texts)
  const one = (text: string | undefined, ...place: string[]): Template | undefined => {
    const template = text === undefined ? undefined : compile(text, [...pointer, ...place])
    if (template && template.secrets.length > 0)
      faults.push({ pointer: [...pointer, ...place], message: 'a card shows no secrets' })
    return template
  }
  const each = (all: Record<string, string> | undefined, place: string) =>
    Object.entries(all ?? {}).map(([label, text]) => [label, one(text, place, label)] as const)
  const title = one(texts?.title, 'title')
  const text = one(texts?.text, 'text')
  const image = one(texts?.image, 'image')
  const fields = each(texts?.fields, 'fields')
  const links = each(texts?.links, 'links')
  return (context) => {
    const of = (template: Template | undefined, render: (from: Template, on: Context) => string) =>
      template && ifRendered(() => render(template, context).trim())
    const whole: typeof of = (template, render) =>
      template && saysSomething(template, context)
        ? ifRendered(() => render(template, { ...context, [SHOWS_MISSING]: true }).trim())
        : undefined
    const pairs = (all: typeof fields, render: (from: Template, on: Context) => string) =>
      all.flatMap(([label, template]): [string, string][] => {
        const value = of(template, render)
        return value === undefined || value === '' ? [] : [[label, value]]
      })
    return {
      ...filled('title', whole(title, renderText), (found) => found !== ''),
      ...filled('text', whole(text, renderSlack), (found) => found !== ''),
      ...filled('fields', pairs(fields, renderText), (all) => all.length > 0),
      ...filled(
        'links',
        pairs(links, renderUrl).filter(([, url]) => isAddress(url)),
        (all) => all.length > 0,
      ),
      ...filled('image', of(image, renderUrl), (url) => url.startsWith('https://') && isAddress(url)),
    }
  }
}

export const compileCards = (definition: Definition, language: Language, faults: CompileFault[]) => {
  const tools = { language, faults }
  const ofWorkflow = compileOne(definition.card, ['card'], tools)
  const ofRoutes = new Map(
    Object.entries(definition.routes).map(([name, { card, review, exception }]) => [
      name,
      {
        route: compileOne(card, ['routes', name, 'card'], tools),
        review: compileOne(review?.card, ['routes', name, 'review', 'card'], tools),
        exception: compileOne(exception?.card, ['routes', name, 'exception', 'card'], tools),
      },
    ]),
  )
  /** Never throws. Without what is secret or personal. */
  return (route: string | null, part: CardPart, context: Context): RenderedCard => {
    const shown = { ...context, [HIDE]: true }
    const of = route === null ? undefined : ofRoutes.get(route)
    return {
      ...ofWorkflow(shown),
      ...of?.route(shown),
      ...(part === undefined ? {} : of?.[part](shown)),
    }
  }
}
