// Owners that a file takes from the record. Whom a value means is asked once, when the run is decided, and kept as an id;
// where it means nobody, what is kept and shown says which field it was, and nothing of its value.
import { pathsInText } from '../cel/template-parts.ts'

/** Whether this text of a file takes the owner from the record. */
export const isFromRecord = (text: string): boolean => text.includes('${')

/** A chain of names up to the first that is no plain one. */
const plainPart = (path: string[]): string[] => {
  const other = path.findIndex((name) => !/^\w+$/.test(name))
  return other < 0 ? path : path.slice(0, other)
}

/** What a text with ${…} reads: `record.rep`. Plain names alone, so that a list of owners can hold them. */
export const sourcesOf = (text: string): string => {
  const paths = pathsInText(text).map((path) => plainPart(path).join('.'))
  return [...new Set(paths.filter((path) => path !== ''))].join(' and ') || 'the record'
}

/** Kept as the owner where the value means nobody: `nobody(record.rep)`. */
export const nobodyFrom = (text: string): string => `nobody(${sourcesOf(text)})`

const NOBODY = /\bnobody\(([\w. ]+)\)/g

/** Of a text of the file what stands for it while no record is known. */
export const withoutRecord = (text: string): string => (isFromRecord(text) ? nobodyFrom(text) : text)

/** Whether it stands for nobody, and names nobody in a list of those who may. */
export const isNobody = (text: string): boolean => text.search(NOBODY) === 0 || isFromRecord(text)

/** Which fields such owners came from. */
export const sourcesIn = (owners: readonly string[]): string[] => [
  ...new Set(owners.flatMap((text) => [...text.matchAll(NOBODY)].map(([, source = '']) => source))),
]

/** Owners as people read them, where nothing but an id or a name stands for itself. */
export const ownerWords = (text: string): string =>
  text
    .replaceAll(NOBODY, (_whole, source: string) => `no one (${source} names no member)`)
    .replaceAll(/\$\{[^}]*\}/g, (whole) => `whoever ${sourcesOf(whole)} names`)
