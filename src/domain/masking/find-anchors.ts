// Finds the beginnings of many words in a text at once (Aho and Corasick, 1975): linear in the text, whatever the words are.

/** A longer word is found by its beginning. */
export const ANCHOR = 24

/** What is looked for: the codes of a folded text. */
export type Codes = Uint16Array

export interface Word<Form> {
  codes: Codes
  form: Form
}

export interface Node<Form> {
  next: Map<number, Node<Form>>
  fail: Node<Form> | undefined
  /** The nearest node on the way of `fail` at which an anchor ends, this one included. */
  end: Node<Form> | undefined
  depth: number
  /** Words of which this is the anchor, by form, in order. */
  words: { form: Form; all: Codes[] }[]
}

export interface Anchors<Form> {
  root: Node<Form>
  /** By code: 1 where a word begins with it. Most of a text is passed by this alone. */
  begins: Uint8Array
}

const makeNode = <Form>(depth: number): Node<Form> => ({
  next: new Map(),
  fail: undefined,
  end: undefined,
  depth,
  words: [],
})

export const step = <Form>(root: Node<Form>, from: Node<Form>, code: number): Node<Form> => {
  let at: Node<Form> | undefined = from
  while (at) {
    const next = at.next.get(code)
    if (next) return next
    at = at.fail
  }
  return root
}

const compare = (a: Codes, b: Codes): number => {
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1
  return (a[n] ?? -1) - (b[n] ?? -1)
}

export function makeAnchors<Form>(words: Word<Form>[]): Anchors<Form> {
  const root = makeNode<Form>(0)
  const begins = new Uint8Array(0x10000)
  for (const { codes, form } of words) {
    let at = root
    for (const code of codes.subarray(0, ANCHOR)) {
      const next = at.next.get(code) ?? makeNode<Form>(at.depth + 1)
      at.next.set(code, next)
      at = next
    }
    const there = at.words.find((same) => same.form === form)
    if (there) there.all.push(codes)
    else at.words.push({ form, all: [codes] })
  }
  for (const code of root.next.keys()) begins[code] = 1
  const queue = [root]
  for (const node of queue) {
    for (const { all } of node.words) all.sort(compare)
    node.end = node.words.length > 0 ? node : node.fail?.end
    for (const [code, child] of node.next) {
      child.fail = node === root ? root : step(root, node.fail ?? root, code)
      queue.push(child)
    }
  }
  return { root, begins }
}

/**
 * How far the text goes on from `at` as one of these words does behind its anchor. They are in order: those that agree
 * longest with the text stand next to its place among them.
 */
export function goesOn(words: readonly Codes[], text: { codes: Codes; length: number }, at: number): number {
  let longest = at
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >> 1
    const word = words[middle] ?? text.codes
    let n = ANCHOR
    let end = at
    while (n < word.length && end < text.length && text.codes[end] === word[n]) {
      n += 1
      end += 1
    }
    longest = Math.max(longest, end)
    const isBefore = n >= word.length || (end < text.length && (text.codes[end] ?? 0) > (word[n] ?? 0))
    if (isBefore) low = middle + 1
    else high = middle
  }
  return longest
}
