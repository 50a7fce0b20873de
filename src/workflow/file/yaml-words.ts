// What the YAML reader complains about, in words that say what would be right.
import type { YAMLParseError } from 'yaml'

/** One mistake makes the reader stumble several times: the first of each line is said, and tabs before all else. */
export const worthSaying = (errors: readonly YAMLParseError[]): YAMLParseError[] => {
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT')
  if (tabs.length > 0) return tabs
  const places = new Set<number>()
  return errors.filter(({ pos: [at] }) => !places.has(at) && places.add(at))
}

/** `rest` is what stands in the line from there on. */
export const yamlWording = (code: string, message: string, rest: string): string => {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'the same key stands here twice'
    case 'TAB_AS_INDENT':
      return 'indent with spaces, not tabs'
    case 'MULTIPLE_DOCS':
      return 'one file holds one workflow: a second begins here (---)'
    case 'BAD_SCALAR_START':
      return `a text that begins with ${rest.charAt(0)} needs quotes: "${rest.split(/[\s,}\]]/, 1)[0]}"`
    case 'UNEXPECTED_TOKEN':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return `not YAML: ${message}; texts with ": " or that begin with { [ & * # @ need quotes`
    default:
      return `not YAML: ${message}`
  }
}
