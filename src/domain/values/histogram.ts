// How long things took, as counts per bucket: sixteen buckets to each doubling of a millisecond, numbered by
// `signalbox_time_bucket` in the database (the buckets of Prometheus' native histograms of schema 4).

const TO_A_DOUBLING = 16

const bucketOf = (ms: number): number => Math.ceil(TO_A_DOUBLING * Math.log2(Math.max(ms, 1)))

/** Whether the histogram can tell two times apart; those of one bucket it can't. */
export const isSameBucket = (a: number, b: number): boolean => bucketOf(a) === bucketOf(b)

/**
 * Of each share (0 to 1) the middle of the bucket with the value that so many of all values do not exceed, in ms: within
 * 2.2 % of it. null: of nothing.
 */
export function percentilesOf(counts: ReadonlyMap<number, number>, shares: number[]): (number | null)[] {
  const buckets = Float64Array.from(counts.keys()).toSorted()
  const total = buckets.reduce((sum, bucket) => sum + (counts.get(bucket) ?? 0), 0)
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(total * share))
    let seen = 0
    for (const bucket of buckets) {
      seen += counts.get(bucket) ?? 0
      if (seen >= rank) return bucket === 0 ? 1 : 2 ** ((bucket - 0.5) / TO_A_DOUBLING)
    }
    return null
  })
}
