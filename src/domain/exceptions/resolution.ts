// Who acts on an exception, and how it was resolved: the words that the database and every surface share.

/** Who acts and from where. `id` is a Slack user id, `cli:<login>`, or `engine`. */
export interface Actor {
  id: string
  surface: 'slack' | 'cli' | 'engine'
}

/** Whatever is done without a person having asked for it. */
export const engine = { id: 'engine', surface: 'engine' } as const satisfies Actor

export type ResolvedAs =
  | 'approved'
  | 'declined'
  | 'retried'
  | 'fixed'
  | 'processed'
  | 'done'
  | 'dismissed'
  /** One of the choices of its file; its label is kept with the exception. */
  | 'chosen'
  /** Nobody acted within the timeout of its route. */
  | 'expired'
  | 'replayed'
  | 'recovered'
