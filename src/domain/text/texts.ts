// Texts that are ready to be sent, by where to: each is made in one place (render-text.ts) with the escape of its
// kind, and a text of another kind does not compile in its place.
declare const kind: unique symbol

type Text<Kind extends string> = string & { readonly [kind]: Kind }

/** Slack's mrkdwn: values from outside are inert. */
export type SlackText = Text<'slack'>
/** A header of a mail: one line. */
export type MailLine = Text<'mail line'>
/** The body of a mail: plain text, never HTML. */
export type MailText = Text<'mail text'>
/** Addresses of a mail, with commas between them that the author wrote. */
export type MailAddresses = Text<'mail addresses'>
/** An address in the web: values from outside are percent-encoded. */
export type UrlText = Text<'url'>
/** The value of an HTTP header: one line. */
export type HeaderText = Text<'header'>

/** What a person wrote as such a text, with their own eyes on it. Nothing from outside comes this way. */
// oxlint-disable-next-line no-unnecessary-type-parameters
export const asWritten = <T extends Text<string>>(text: string): T => text as T
