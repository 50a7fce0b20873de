/** `1 run`, `2 runs`: the noun is one that takes an s. */
export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** `1 waits`, `2 wait`: the verb in its form for many. */
export const countedDo = (n: number, verb: string): string => `${n} ${verb}${n === 1 ? 's' : ''}`

/** What follows a number of cases: `1 of 28` needs attention, `2` need attention. */
export const needAttention = (n: number): string => (n === 1 ? 'needs attention' : 'need attention')
