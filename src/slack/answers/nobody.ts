// A person, group or role that is not there, with who might have been meant.
import { code, inline } from '../text.ts'

export const nobodyAnswer = (who: string, near: string[]): string =>
  `Nobody here is called ${inline(who)}.${near.length === 0 ? '' : ` Did you mean ${near.map((one) => code(one)).join(', ')}?`}`
