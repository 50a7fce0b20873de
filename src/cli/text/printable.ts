// Text from outside on a terminal.
import { UNPRINTABLE } from '../../domain/text/unprintable.ts'

const DOT = '\u00b7'

/** The text with nothing in it that a terminal would obey, and no tab, which columns do not reckon with. */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, DOT).replaceAll('\t', DOT)
