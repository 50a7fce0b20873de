// signalbox doctor: everything that has to be right for the bot to work, looked at once.
import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { withDatabase } from '../database.ts'
import { CommandEnd, didNotHold } from '../exit.ts'
import { loadFiles } from '../files.ts'
import { channelsFinding, databaseFindings, type Finding, slackFindings } from '../findings.ts'
import { knownWorldIfThere, slackOf } from '../known-world.ts'
import { bad, dim, good, print, printable, printJson } from '../output.ts'

async function databaseOrWhy(): Promise<Finding[]> {
  try {
    return await withDatabase(async (db, config) => {
      const slack = await slackOf(config)
      const channels = slack && (await channelsFinding(db, slack))
      return [...(await databaseFindings(db)), ...(channels ? [channels] : [])]
    })
  } catch (error) {
    if (!(error instanceof CommandEnd)) throw error
    return [{ check: 'database', state: 'bad', detail: error.message }]
  }
}

async function workflowFindings(): Promise<Finding[]> {
  const { directory, notes } = await knownWorldIfThere()
  const told = notes.map((detail): Finding => ({ check: 'workflows', state: 'look', detail }))
  try {
    const { loaded, errors } = await loadFiles(undefined, directory)
    const detail =
      errors === 0
        ? `${loaded.workflows.length} right, with their secrets${directory ? `, people, groups${directory.channels ? ' and channels' : ''}` : ''}`
        : `${errors} wrong: signalbox check says what`
    return [{ check: 'workflows', state: errors === 0 ? 'ok' : 'bad', detail }, ...told]
  } catch (error) {
    if (!(error instanceof CommandEnd)) throw error
    return [{ check: 'workflows', state: 'look', detail: error.message }, ...told]
  }
}

const marks = { ok: good('ok  '), look: dim('look'), bad: bad('bad ') }

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at database, migrations, clock, targets, Slack tokens, scopes, channels and messages, secrets and workflows',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Changes and posts nothing: Slack is asked whether it would take a sample of each message (blocks.validate). Ends with 1 when something is bad; "look" is worth a look and no fault.

Examples:
  $ signalbox doctor
  $ signalbox doctor --json | jq '.findings[] | select(.state != "ok")'`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const config = readConfig()
      const findings = [
        ...(await databaseOrWhy()),
        ...(await slackFindings(config)),
        ...(await workflowFindings()),
      ]
      if (json) printJson({ findings })
      else
        for (const { check, state, detail } of findings)
          print(`${marks[state]}  ${check.padEnd(10)}  ${printable(detail)}`)
      const wrong = findings.filter(({ state }) => state === 'bad')
      if (wrong.length > 0) throw didNotHold(`${wrong.length} ${wrong.length === 1 ? 'is' : 'are'} bad.`)
    })
}
