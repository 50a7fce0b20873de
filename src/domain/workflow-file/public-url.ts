// `${public_url}` in a var of signalbox.yaml: where this bot itself is reached. Versions keep it as it is written; it
// is put in where a version is made ready, so that the same files run on any port and behind any name.
import type { Standards } from './standards.ts'

const placeholder = '${public_url}'
const anyPlaceholder = /\$\{[^}]*\}?/g

export const withPublicUrl = (standards: Standards, publicUrl: string): Standards => ({
  ...standards,
  vars: Object.fromEntries(
    Object.entries(standards.vars).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll(placeholder, publicUrl) : value,
    ]),
  ),
})

/** What a var holds in ${…} that nobody would put in. */
export const unknownInVar = (value: Standards['vars'][string]): string | undefined =>
  typeof value === 'string' ? value.match(anyPlaceholder)?.find((found) => found !== placeholder) : undefined
