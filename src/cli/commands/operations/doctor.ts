// signalbox doctor: everything that has to be right for the bot to work, looked at once.
import type { Command } from 'commander'
import { readConfig } from '../../../config.ts'
import type { Database } from '../../../db/store/open.ts'
import { counted } from '../../../domain/text/counted.ts'
import { withDatabase } from '../../database.ts'
import { CommandEnd, didNotHold } from '../../exit.ts'
import { loadFiles } from '../../files.ts'
import { databaseFindings, type Finding, slackFindings } from '../../doctor/findings.ts'
import { type KnownWorld, knownWorld, slackOf, unknownWorld } from '../../known-world.ts'
import { fixMigrations } from '../../doctor/migration-finding.ts'
import { bad, dim, good, print, printJson } from '../../text/output.ts'
import { printable } from '../../text/printable.ts'

interface Seen {
  findings: Finding[]
  world: KnownWorld
}

async function fix(db: Database): Promise<Finding[]> {
  const fixed = await fixMigrations(db)
  return fixed.length === 0
    ? []
    : [{ check: 'fixed', state: 'ok', detail: `migrations: ${fixed.join(', ')}` }]
}

async function lookAtDatabase(isToFix: boolean): Promise<Seen> {
  try {
    return await withDatabase(
      async (db, config) => {
        const fixed = isToFix ? await fix(db) : []
        const findings = [...fixed, ...(await databaseFindings(db, await slackOf(config), isToFix))]
        const isWhole = findings.every(({ check, state }) => check !== 'migrations' || state === 'ok')
        return { findings, world: isWhole ? await knownWorld(db, config) : unknownWorld }
      },
      { asItStands: true },
    )
  } catch (error) {
    if (!(error instanceof CommandEnd)) throw error
    return { findings: [{ check: 'database', state: 'fail', detail: error.message }], world: unknownWorld }
  }
}

async function workflowFindings({ directory, notes }: KnownWorld): Promise<Finding[]> {
  const told = notes.map((detail): Finding => ({ check: 'workflows', state: 'warn', detail }))
  try {
    const { loaded, errors } = await loadFiles(undefined, directory)
    const detail =
      errors === 0
        ? `${counted(loaded.workflows.length, 'workflow')} valid, with their secrets${directory ? `, people, groups${directory.channels ? ' and channels' : ''}` : ''}`
        : `${counted(errors, 'error')} to fix: signalbox check lists them`
    return [{ check: 'workflows', state: errors === 0 ? 'ok' : 'fail', detail }, ...told]
  } catch (error) {
    if (!(error instanceof CommandEnd)) throw error
    return [{ check: 'workflows', state: 'warn', detail: error.message }, ...told]
  }
}

const marks = { ok: good('ok  '), warn: dim('warn'), fail: bad('fail') }

export function addDoctor(command: Command): void {
  command
    .option('--fix', 'apply missing migrations, finish an interrupted one, join public channels')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Posts nothing, and changes nothing without --fix: Slack is asked whether it would accept a sample of each message
(blocks.validate). Exits with 1 if a check fails; a warning ("warn") is worth a look.

Examples:
  $ signalbox doctor
  $ signalbox doctor --fix
  $ signalbox doctor --json | jq '.findings[] | select(.state != "ok")'`,
    )
    .action(async ({ json, fix: isToFix }: { json?: boolean; fix?: boolean }) => {
      const config = readConfig()
      const { findings: ofDatabase, world } = await lookAtDatabase(isToFix === true)
      const findings = [...ofDatabase, ...(await slackFindings(config)), ...(await workflowFindings(world))]
      if (json) printJson({ findings })
      else
        for (const { check, state, detail } of findings)
          print(`${marks[state]}  ${check.padEnd(10)}  ${printable(detail)}`)
      const wrong = findings.filter(({ state }) => state === 'fail')
      if (wrong.length > 0) throw didNotHold(`${counted(wrong.length, 'check')} failed.`)
    })
}
