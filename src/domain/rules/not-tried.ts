// What a decision never came to, in words. Pure.

/** One sentence for the rules after the last that was tried. */
export const notTriedText = ({ names, count }: { names: readonly string[]; count: number }): string =>
  `Not tried after it: ${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}.`
