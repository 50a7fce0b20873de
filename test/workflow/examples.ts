// The workflow files that ship, read and checked once for the tests.
import { readdirSync, readFileSync } from 'node:fs'
import { checkAll } from '../../src/workflow/file/load.ts'

const folder = new URL('../../workflows/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

export const examples = checkAll(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== 'signalbox.yaml')
    .map((file) => ({ file, source: read(file) })),
  read('signalbox.yaml'),
  'signalbox.yaml',
)

export const example = (name: string) => {
  const found = examples.workflows.find(({ definition }) => definition.workflow === name)
  if (!found) throw new Error(`there is no workflow file for ${name}`)
  return found
}
