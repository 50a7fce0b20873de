// Webhook bodies that the page's panel sends to the product: one file an event, a folder for each workflow.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Example } from './page-contract.ts'

const filesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

const words = (text: string) => text.replaceAll('-', ' ').replaceAll('_', ' ')

const titleOf = (workflow: string, file: string): string => {
  const [end = '', ...more] = file.replace(/\.json$/, '').split('--')
  const title = `${words(workflow)}: ${words(end)}${more.length > 0 ? ` (${words(more.join(' '))})` : ''}`
  return title.charAt(0).toUpperCase() + title.slice(1)
}

const exampleFrom = (folder: string, workflow: string, file: string): Example[] => {
  try {
    const body: unknown = JSON.parse(readFileSync(join(folder, workflow, file), 'utf8'))
    return [
      { name: `${workflow}/${file.replace(/\.json$/, '')}`, title: titleOf(workflow, file), workflow, body },
    ]
  } catch {
    return []
  }
}

/** `<folder>/<workflow>/<name>.json`; what is no JSON is left out. */
export const readExamples = (folder: string): Example[] => {
  if (!existsSync(folder)) return []
  const workflows = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return workflows.flatMap(({ name }) =>
    filesIn(join(folder, name)).flatMap((file) => exampleFrom(folder, name, file)),
  )
}

const isIdKey = (key: string): boolean => key === 'id' || key.endsWith('_id')

/** The first id in the body, in the order it is written: what tells one event of a system from the next. */
const firstId = (value: unknown): string | number | null => {
  if (typeof value !== 'object' || value === null) return null
  for (const [key, part] of Object.entries(value)) {
    if (isIdKey(key) && (typeof part === 'string' || typeof part === 'number')) return part
    const within = firstId(part)
    if (within !== null) return within
  }
  return null
}

/** The same body as another event: its first id ends in this number, wherever that id stands. */
export const renumbered = (body: unknown, number: number): unknown => {
  const id = firstId(body)
  if (id === null) return body
  const next = typeof id === 'number' ? number : `${id.replace(/\d+$/, '')}${number}`
  return JSON.parse(JSON.stringify(body), (_key, value: unknown) => (value === id ? next : value)) as unknown
}
