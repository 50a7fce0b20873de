// A run to somebody who may not read it: how it stands and whose it is, nothing that is inside, and whom to ask.
import type { Seen } from '../../access/see.ts'
import { code, inline } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'

type Outlined = Extract<Seen<unknown>, { kind: 'outline' }>

export const outlineText = ({ outline, whoMay }: Outlined): string =>
  [
    `*${inline(outline.workflow.title)}* ${code(outline.id)}`,
    `*State:* ${inline(outline.state)}${outline.outcome === null ? '' : `, ${inline(outline.outcome)}`}`,
    `*Owner:* ${inline(outline.owner)}`,
    `You can't see what's inside. Ask ${inline(whoMay, 300)}.`,
  ].join('\n')

/** Only for who asked: shared, it would tell the channel no more, and that they may not read it. */
export const outlineAnswer = (outlined: Outlined): Reply => ({ text: outlineText(outlined), isPrivate: true })
