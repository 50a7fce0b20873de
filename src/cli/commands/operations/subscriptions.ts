// signalbox subscriptions: who is told of what happens, what was sent, and sending it again.
import type { Command } from 'commander'
import {
  callbackOf,
  countSubscriptions,
  listAnnouncements,
  sendAgain,
  type SubscriptionCounts,
} from '../../../db/announcements.ts'
import { addAudit } from '../../../db/audit/audit.ts'
import { newestStandardsAsWritten } from '../../../db/workflows/standards.ts'
import { counted } from '../../../domain/text/counted.ts'
import type { Standards } from '../../../domain/workflow-file/standards.ts'
import { meant } from '../../../workflow/nearest.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson, tableText } from '../../text/output.ts'
import { printable } from '../../text/printable.ts'
import { timesFor } from '../../text/times.ts'

interface Options {
  again?: true | string
  dead?: boolean
  limit: string
  json?: boolean
}

const stateWords = { waiting: 'waiting', sent: 'sent', dead: 'given up' } as const

function goesTo({ subscriptions }: Standards, name: string): string {
  const workflow = callbackOf(name)
  if (workflow !== undefined) return `senders of ${workflow}`
  const { http } = subscriptions[name] ?? {}
  if (!http) return 'no longer in signalbox.yaml'
  return http.url ?? `${http.connection ?? ''}${http.path ?? ''}`
}

const lastText = ({ isPaused, error }: SubscriptionCounts): string => (isPaused ? 'paused' : (error ?? ''))

async function showAll({ json }: Options): Promise<void> {
  const { all, standards } = await withDatabase(async ({ prisma }) => ({
    all: await countSubscriptions(prisma),
    standards: await newestStandardsAsWritten(prisma),
  }))
  if (json) return printJson({ subscriptions: all })
  if (all.length === 0)
    return print(
      'Nobody is told of anything. Write subscriptions into signalbox.yaml, or callback into a workflow.',
    )
  print(
    tableText(
      ['NAME', 'GOES TO', 'SENT', 'WAITING', 'GIVEN UP', 'LAST ERROR'],
      all.map((one) => [
        one.name,
        goesTo(standards, one.name),
        one.sent,
        one.waiting,
        one.dead,
        lastText(one),
      ]),
    ),
  )
}

async function mustBe(name: string): Promise<void> {
  const names = (await withDatabase(({ prisma }) => countSubscriptions(prisma))).map((one) => one.name)
  if (names.includes(name)) return
  const hint = meant(name, names)
  throw didNotHold(`There is no subscription "${printable(name)}"${hint === undefined ? '.' : `: ${hint}`}`)
}

async function showOne(name: string, { json, dead, limit }: Options): Promise<void> {
  const most = Number(limit)
  if (!Number.isInteger(most) || most < 1) throw wrongUsage('--limit takes a whole number, like 20.')
  await mustBe(name)
  const rows = await withDatabase(({ prisma }) =>
    listAnnouncements(prisma, name, { state: dead ? 'dead' : undefined, most }),
  )
  if (json) return printJson({ announcements: rows })
  if (rows.length === 0) return print('Nothing was announced yet.')
  const { moment } = timesFor()
  print(
    tableText(
      ['HAPPENED', 'EVENT', 'STATE', 'TRIES', 'STATUS', 'ERROR', 'ABOUT', 'ID'],
      rows.map((row) => [
        moment(row.at),
        row.type,
        stateWords[row.state as keyof typeof stateWords],
        row.attempts,
        row.status ?? '',
        row.error ?? '',
        row.exceptionId ?? row.runId ?? row.digestId ?? '',
        row.id,
      ]),
    ),
  )
}

async function again(name: string, id: string | undefined): Promise<void> {
  await mustBe(name)
  const at = new Date()
  const count = await withDatabase((db) =>
    db.transaction(async (tx) => {
      const sent = await sendAgain(tx, { subscription: name, id, at })
      if (sent > 0)
        await addAudit(tx, {
          at,
          actor: actorOf(),
          action: 'announcements.again',
          target: name,
          after: { count: sent },
        })
      return sent
    }),
  )
  if (count === 0)
    throw didNotHold(
      id === undefined ? 'Nothing was given up.' : `${name} has no announcement ${printable(id)}.`,
    )
  print(good(`${counted(count, 'announcement')} ${count === 1 ? 'is' : 'are'} sent again.`))
}

export function addSubscriptions(command: Command): void {
  command
    .argument('[name]', 'a subscription, or callback:<workflow>: what it was told, newest first')
    .option('--again [id]', 'send again what was given up, or one announcement')
    .option('--dead', 'only what was given up')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Announcements are tried again for three days. signalbox pause --subscription <name> holds them back.

Examples:
  $ signalbox subscriptions
  $ signalbox subscriptions warehouse --dead
  $ signalbox subscriptions warehouse --again`,
    )
    .action(async (name: string | undefined, options: Options) => {
      if (name === undefined && (options.again !== undefined || options.dead))
        throw wrongUsage('Name the subscription: signalbox subscriptions <name> --again')
      if (name === undefined) return showAll(options)
      if (options.again === undefined) return showOne(name, options)
      return again(name, options.again === true ? undefined : options.again)
    })
}
