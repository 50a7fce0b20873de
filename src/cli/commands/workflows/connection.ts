// signalbox connection test: makes the harmless call that a connection names, and says in words what came back.
import type { Command } from 'commander'
import { readConfig } from '../../../config.ts'
import { makeSendHttp, targetOf } from '../../../connectors/http.ts'
import { handOut } from '../../../connectors/secrets.ts'
import { makeTargets } from '../../../connectors/targets.ts'
import {
  type ConnectionFinding,
  findingOfAnswer,
  findingOfFault,
  type Tried,
} from '../../../domain/call/connection-finding.ts'
import { FaultError } from '../../../domain/fault.ts'
import { shorten } from '../../../domain/text/cut.ts'
import { meant } from '../../../workflow/nearest.ts'
import { type KnownConnection, loadConnections } from '../../connections.ts'
import { didNotHold } from '../../exit.ts'
import { dim, good, print, printJson } from '../../text/output.ts'
import { printable } from '../../text/printable.ts'

interface Options {
  dir?: string
  json?: boolean
}
type Outcome = ConnectionFinding & { answer?: string }

const MOST_SHOWN = 200

/** The host, unless a secret holds the address. */
function placeOf(written: string, url: string): string {
  const secret = /\$\{\s*(secret\.\w+)\s*\}/.exec(written)?.[1]
  return secret === undefined ? targetOf(url) : `the address in ${secret}`
}

async function tried({ connection, test }: KnownConnection): Promise<Outcome> {
  const { outbound, secret: secretOf } = readConfig()
  const { secret, hide } = handOut(secretOf)
  const call = test.call(secret)
  const about: Tried = {
    place: placeOf(connection.url, call.url),
    secretNames: test.secretNames,
    proves: connection.test?.proves ?? 'nothing',
    isNamed: connection.test !== undefined,
  }
  const { send, close } = makeSendHttp(outbound, makeTargets(), hide)
  try {
    return findingOfAnswer((await send(call)).status, about)
  } catch (error) {
    const answer = error instanceof FaultError ? error.answer : undefined
    return { ...findingOfFault(error, about), ...(answer ? { answer: shorten(answer, MOST_SHOWN) } : {}) }
  } finally {
    await close()
  }
}

async function tryConnection(name: string, { dir, json }: Options): Promise<void> {
  const connections = await loadConnections(dir)
  const found = connections.find((one) => one.name === name)
  if (!found) {
    const names = connections.map((one) => one.name)
    const hint = meant(name, names)
    throw didNotHold(
      `signalbox.yaml has no connection "${printable(name)}"${hint === undefined ? '.' : `: ${hint}`}`,
    )
  }
  if (found.missing.length > 0)
    throw didNotHold(
      `Nothing was sent: ${found.missing.map((one) => `secret.${one}`).join(', ')} ${found.missing.length === 1 ? "isn't" : "aren't"} set. Set ${found.missing.join(', ')} in the environment.`,
    )
  const { answer, ...finding } = await tried(found)
  if (json) printJson({ connection: name, ...finding, ...(answer === undefined ? {} : { answer }) })
  else if (finding.isWell) print(good(printable(finding.text)))
  if (!json && answer !== undefined) print(dim(`Answer: ${printable(answer)}`))
  if (!finding.isWell) throw didNotHold(printable(finding.text))
}

export function addConnection(command: Command): void {
  command
    .command('test')
    .description('make the test call of a connection, with its real secrets')
    .argument('<name>', 'its name in signalbox.yaml')
    .option('--dir <dir>', 'folder of the files (default: WORKFLOWS_DIR, else workflows)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Makes the call under test of the connection or its preset, or else a GET of its address. Needs no database and no running
bot. Uses the secrets of this environment, and prints none. Exits with 1 unless the connection works.

Examples:
  $ signalbox connection test stripe-api
  $ signalbox connection test desk --dir teams/support --json`,
    )
    .action(tryConnection)
}
