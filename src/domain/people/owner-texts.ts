// Lists of owners as one text, the way rows keep them.
import { OPERATORS } from './owner.ts'

/** Splits "@ada, round_robin("@a", "@b")" at the commas that are not inside brackets. */
export const splitOwners = (text: string): string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Who answers for a workflow: its owner, and whoever runs Signalbox. Without an owner: they alone. */
export const answerableFor = (ownerSpec = ''): string[] => [...splitOwners(ownerSpec), OPERATORS]
