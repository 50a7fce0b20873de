// signalbox audit: who did what, and the proof that nobody changed it since.
import { type Command, InvalidArgumentError } from 'commander'
import { type ChainFault, verifyChain } from '../../../db/audit/audit-chain.ts'
import { type AuditLine, listAudit, notedHeads } from '../../../db/audit/audit.ts'
import { withDatabase } from '../../database.ts'
import { readAnchor } from '../../../connectors/audit-anchor.ts'
import { pathProblem } from '../../../domain/text/path-problem.ts'
import { counted } from '../../../domain/text/counted.ts'
import { didNotHold } from '../../exit.ts'
import { good, print, printJson, tableText } from '../../text/output.ts'
import { type Times, timesFor, UTC } from '../../text/times.ts'

interface ListOptions {
  json?: boolean
  run?: string
  actor?: string
  most: number
  utc?: boolean
}

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 10_000)
    throw new InvalidArgumentError('It must be a whole number, 1–10000.')
  return value
}

const words = (value: unknown): string => (value === null ? '' : JSON.stringify(value))
const rowOf = (line: AuditLine, { exact }: Times): string[] => [
  String(line.id),
  exact(line.at),
  line.actorLabel,
  line.surface,
  line.action,
  line.target,
  line.isErased
    ? 'erased'
    : [`${words(line.before)} → ${words(line.after)}`, line.note].filter(Boolean).join('  '),
]

function faultText(fault: ChainFault): string {
  switch (fault.kind) {
    case 'altered':
      return `Row ${fault.id} was altered after it was written.`
    case 'removed':
      return fault.from === fault.to
        ? `Row ${fault.from} was removed.`
        : `Rows ${fault.from} to ${fault.to} were removed.`
    case 'inserted':
      return `The chain breaks at row ${fault.id}: it was inserted later, or a row before it was replaced.`
    case 'head_changed':
      return 'The record of where the chain ends is gone, or names another row: rows were added or replaced by bypassing the trigger.'
    case 'emptied':
      return `Data of run ${fault.run} was cleared (${fault.part}), but no row of the audit says by whom.`
    case 'attempts_removed':
      return `Attempts of run ${fault.run} were deleted.`
    case 'resolved_otherwise':
      return `Exception ${fault.exception} was changed after it was resolved: the audit differs.`
    case 'head_missing':
      return `The chain doesn't contain ${fault.hash}, recorded as its head: its end was cut off or replaced.`
  }
}

/** What cannot be read proves nothing: then the chain is not called whole. */
async function headsAt(anchor: string): Promise<string[]> {
  try {
    return await readAnchor(anchor)
  } catch (error) {
    throw didNotHold(
      `AUDIT_ANCHOR (${anchor}) can't be read: ${pathProblem(error) ?? (error as Error).message}`,
    )
  }
}

/** Heads by where they were noted, and the anchor's own fault: one without a head agrees with every chain. */
interface Compared {
  anchor: string | undefined
  anchored: number
  digests: number
  given: number
}

const comparedText = ({ anchor, anchored, digests, given }: Compared): string =>
  [
    ...(anchor === undefined ? [] : [`${counted(anchored, 'head')} in AUDIT_ANCHOR`]),
    ...(digests === 0 ? [] : [`${counted(digests, 'head')} in digests`]),
    ...(given === 0 ? [] : [`${counted(given, 'head')} from --head`]),
  ].join(', ') || 'no head recorded elsewhere'

const emptyAnchor = ({ anchor, anchored }: Compared, rows: bigint): string | undefined =>
  anchor === undefined || anchored > 0 || rows === 0n
    ? undefined
    : `AUDIT_ANCHOR (${anchor}) holds no head, but the audit has ${counted(Number(rows), 'row')}: it was cleared, or nothing was written to it yet. The bot writes a head there within 5 min of its start. If it already did, restore the anchor from a copy.`

export function addAudit(audit: Command): void {
  audit
    .command('list')
    .description('list the newest rows first')
    .option('--run <id>', 'only rows of this run')
    .option('--actor <id>', 'only rows of this person (Slack ID, or cli:<login>)')
    .option('--most <n>', 'number of rows', wholeNumber, 50)
    .option('--json', 'print JSON')
    .option(...UTC)
    .addHelpText(
      'after',
      '\nExamples:\n  $ signalbox audit list\n  $ signalbox audit list --run run_01h… --json',
    )
    .action(async ({ json, run, actor, most, utc }: ListOptions) => {
      const times = timesFor({ utc })
      const lines = await withDatabase(({ prisma }) =>
        listAudit(prisma, { ...(run ? { runId: run } : {}), ...(actor ? { actor } : {}), most }),
      )
      if (json) printJson({ audit: lines })
      else if (lines.length === 0) print('No rows match.')
      else
        print(
          tableText(
            ['ROW', 'AT', 'WHO', 'WHERE', 'WHAT', 'ON', 'BEFORE → AFTER'],
            lines.map((line) => rowOf(line, times)),
          ),
        )
    })
  addVerify(audit)
}

function addVerify(audit: Command): void {
  audit
    .command('verify')
    .description('find the first row that was altered, removed or inserted')
    .option('--head <hash...>', 'heads recorded elsewhere that must be in the chain')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exits with 1 at the first fault. Also checks the heads recorded by this database's digests and all those in AUDIT_ANCHOR,
which must hold at least one. A head copied from there, from the log or from a digest in Slack is out of reach of anyone
who can write to the database. Cleared text needs a row that says who cleared the run.

Examples:
  $ signalbox audit verify
  $ signalbox audit verify --head 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b`,
    )
    .action(async ({ json, head = [] }: { json?: boolean; head?: string[] }) => {
      const { check, compared } = await withDatabase(async ({ prisma }, { auditAnchor: anchor }) => {
        const anchored = anchor === undefined ? [] : await headsAt(anchor)
        const digests = await notedHeads(prisma)
        return {
          check: await verifyChain(prisma, [...head, ...anchored, ...digests]),
          compared: { anchor, anchored: anchored.length, digests: digests.length, given: head.length },
        }
      })
      const { anchored, digests, given } = compared
      if (json) printJson({ ...check, compared: { anchored, digests, given } })
      else {
        print(
          `${counted(Number(check.rows), 'row')} intact${check.erased > 0n ? `, ${check.erased} of them erased on request` : ''}.`,
        )
        if (check.head) print(`Head: row ${check.head.id}, ${check.head.hash}`)
      }
      if (check.fault) throw didNotHold(faultText(check.fault))
      if (!json) print(`Compared with ${comparedText(compared)}.`)
      const empty = emptyAnchor(compared, check.rows)
      if (empty !== undefined) throw didNotHold(empty)
      if (!json) print(good('Nothing was altered, removed or inserted.'))
    })
}
