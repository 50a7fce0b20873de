// Every variable that is read stands where operators look for it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { VARIABLES } from '../../src/config.ts'
import { makeProgram } from '../../src/cli/program.ts'

const file = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8')

test('every variable is in .env.example and in the README', () => {
  assert.ok(VARIABLES.length > 15)
  const [example, readme] = [file('.env.example'), file('README.md')]
  for (const name of VARIABLES) {
    assert.match(example, new RegExp(`^#?${name}=`, 'm'), `.env.example lacks ${name}`)
    assert.ok(readme.includes(`\`${name}\``), `README.md lacks ${name}`)
  }
})

test("every command is in the README's table", () => {
  const readme = file('README.md')
  for (const command of makeProgram('0').commands)
    assert.match(readme, new RegExp(`\\| .*\`${command.name()}[ \`]`), `README.md lacks ${command.name()}`)
})
