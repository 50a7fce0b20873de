// The words that the command line explains itself in are the product's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { loadCalled, makeProgram } from '../../src/cli/program.ts'
import { subcommands } from '../../src/cli/subcommands.ts'

/** What a reader would stumble over, or knows by another word. */
const NOT_OURS =
  /in hand|\brests\b|waits? for a person|(is|are) right\b|\bemptied\b|\bended\b|\bends with\b|came in|accepted =|goes? on\b|settle|touche|straight through|please/i

/** All that `--help` prints of a command, and of those inside it, but for the values of options, which scripts write. */
function helpOf(command: Command): string {
  const said: string[] = []
  command.configureOutput({ writeOut: (text) => said.push(text) })
  command.outputHelp()
  return [...said, ...command.commands.map(helpOf)].join('\n').replaceAll(/\(choices:[^)]*\)/g, '')
}

test('the help of the program uses the words of the product', () => {
  assert.equal(NOT_OURS.exec(helpOf(makeProgram('0.0.0')))?.[0], undefined)
})

for (const { name } of subcommands) {
  test(`signalbox ${name} --help uses the words of the product`, async () => {
    const program = makeProgram('0.0.0')
    await loadCalled(program, ['help', name])
    const command = program.commands.find((one) => one.name() === name)
    assert.ok(command)
    assert.equal(NOT_OURS.exec(helpOf(command))?.[0], undefined)
  })
}
