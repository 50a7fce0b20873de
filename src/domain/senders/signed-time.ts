// The time that a sender signs: read as its unit says, and near enough to ours on both sides.
import { type Delivery, type Place, placeWords, textsAt } from './delivery.ts'
import type { Signature, SignedTime } from './proof.ts'

/** Strictly: where a body follows without anything between, a time of other lengths could take some of it. */
const forms: Record<SignedTime['unit'], RegExp> = {
  s: /^\d{1,12}$/,
  ms: /^\d{12,14}$/,
  iso: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/,
}

/** `at` in ms; NaN is near to nothing. */
export const isNear = (at: number, now: Date, toleranceMs: number): boolean =>
  Math.abs(now.getTime() - at) <= toleranceMs

const instant = (text: string, unit: SignedTime['unit']): number =>
  unit === 'iso' ? Date.parse(text) : Number(text) * (unit === 's' ? 1000 : 1)

export const timeText = (at: Date, unit: SignedTime['unit']): string => {
  if (unit === 'iso') return at.toISOString()
  return String(unit === 's' ? Math.floor(at.getTime() / 1000) : at.getTime())
}

/** The entries of a signature header that is a list. */
export const entriesOf = (header: string, list: string | undefined): string[] =>
  list === undefined ? [header] : header.split(list).map((entry) => entry.trim())

function textAt(delivery: Delivery, place: Place, signature: Signature): string | undefined {
  if (!('part' in place)) return textsAt(delivery, place)?.[0]
  const header = textsAt(delivery, signature.at)?.[0] ?? ''
  return entriesOf(header, signature.list)
    .find((entry) => entry.startsWith(`${place.part}=`))
    ?.slice(place.part.length + 1)
}

export function readTime(
  delivery: Delivery,
  signature: Signature,
): { time: string | undefined } | { why: string } {
  const { time: signed } = signature
  if (!signed) return { time: undefined }
  const where = placeWords(signed.at)
  const text = textAt(delivery, signed.at, signature)
  if (text === undefined || text === '') return { why: `the signed time is missing: ${where}` }
  const at = forms[signed.unit].test(text) ? instant(text, signed.unit) : Number.NaN
  if (!Number.isFinite(at)) return { why: `${where} is no time` }
  if (!isNear(at, delivery.now, signed.toleranceMs))
    return { why: `the signed time is too ${at < delivery.now.getTime() ? 'old' : 'new'}` }
  return { time: text }
}
