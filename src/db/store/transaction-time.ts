// A transaction that did not begin or end in time. It was undone as a whole.

export class TransactionTimeError extends Error {
  override name = 'TransactionTimeError'
  constructor(withinMs: number, cause: unknown) {
    super(
      `The database did not finish this within ${withinMs / 1000} s, so nothing of it was kept. Is it slow, or busy with something else? Try again.`,
      { cause },
    )
  }
}
