// What an expression reads, place by place: `event.lines.exists(l, l.qty > 2)` reads `event.lines.*.qty` and no other part of
// the lines. `*` is any element.
import type { ASTNode } from '@marcbachmann/cel-js'
import { accessOf, childrenOf, indexesIn, nameOf, pathsIn, walkedList } from './tree.ts'

export type ReadPath = readonly string[]

/** The name of an element that is not told by name. */
export const ANY = '*'

/** What the variables of the calls around stand for. */
type Walked = ReadonlyMap<string, ReadPath>

const placeOf = (node: ASTNode, walked: Walked): ReadPath | undefined => {
  if (node.op === 'id') return walked.get(node.args) ?? [node.args]
  const access = accessOf(node)
  const front = access && placeOf(access.of, walked)
  return access && front ? [...front, nameOf(access) ?? ANY] : undefined
}

const walkedIn = (node: ASTNode, list: ASTNode, walked: Walked): ReadPath[] => {
  const place = placeOf(list, walked)
  // What a call gives is all that it reads.
  if (!place || node.op !== 'rcall')
    return [
      ...pathsIn(list).map(({ path }) => path),
      ...childrenOf(node).flatMap((one) => readsIn(one, walked)),
    ]
  const [variable, ...body] = node.args[2]
  const name = variable?.op === 'id' ? variable.args : ''
  const reads = body.flatMap((one) => readsIn(one, new Map([...walked, [name, [...place, ANY]]])))
  // What a filter gives is the elements themselves, whatever is read of them afterwards.
  const isToldByBody = node.args[0] !== 'filter' && reads.some((read) => meet(read, place))
  return isToldByBody ? reads : [place, ...reads]
}

/** Every place that it reads. */
export const readsIn = (node: ASTNode, walked: Walked = new Map()): ReadPath[] => {
  const list = walkedList(node)
  if (list) return walkedIn(node, list, walked)
  const place = placeOf(node, walked)
  const inner = place ? indexesIn(node) : childrenOf(node)
  return [...(place ? [place] : []), ...inner.flatMap((one) => readsIn(one, walked))]
}

/** Whether one of them is the other, or within it. */
export const meet = (a: ReadPath, b: ReadPath): boolean =>
  a.every((name, at) => at >= b.length || name === ANY || b[at] === ANY || b[at] === name)
