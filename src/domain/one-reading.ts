// Many ask at once: one reading answers them all, so that what they get is of one moment.

/** Reads; whoever asks while a reading is under way gets the same. */
export function oneReading<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
}
