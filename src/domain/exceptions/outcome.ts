// How a run may end. Exactly one of these stands at the end of every run that is not open or in flight.
export const outcomes = ['achieved', 'declined', 'dismissed', 'failed', 'ignored'] as const
export type Outcome = (typeof outcomes)[number]
