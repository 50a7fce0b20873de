// signalbox digest: the digest of a week or day, as it was kept or as the rows have it, in the format that is wanted.
import { type Command, Option } from 'commander'
import { withoutHidden } from '../../../access/see.ts'
import { readDigest } from '../../../db/digest/digest-figures.ts'
import { readDigestList } from '../../../db/digest/digest-list-rows.ts'
import { teamsThere, workflowsOfTeam } from '../../../db/digest/digest-span.ts'
import type { Database } from '../../../db/store/open.ts'
import { digestAskedFor, newestStandards } from '../../../db/workflows/standards.ts'
import { type DigestList, digestListNames } from '../../../domain/digest/digest-lists.ts'
import { digestText } from '../../../domain/digest/digest-text.ts'
import { type DigestWindow, windowBefore, windowNamed } from '../../../domain/digest/digest-window.ts'
import { digestCard } from '../../../slack/cards/digest-card.ts'
import { meant } from '../../../workflow/nearest.ts'
import { withDatabase } from '../../database.ts'
import { digestCsv, digestPlain, listCsv, listTable } from '../../text/digest-formats.ts'
import { digestHtml } from '../../text/digest-html.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { print, printJson } from '../../text/output.ts'
import { timesFor, UTC } from '../../text/times.ts'
import { accessFor, AS_READER } from '../../reader.ts'

const formats = ['text', 'slack', 'json', 'csv', 'html'] as const

interface Options {
  week?: string
  format: (typeof formats)[number]
  list?: DigestList
  json?: boolean
  team?: string
  as?: string
  utc?: boolean
}

type Shown = Pick<Options, 'format' | 'team' | 'as' | 'utc'>

const MOST_LISTED = 1_000_000

/** The zone in which weeks are counted: the one of the team's own digest, where it has one. */
async function windowAsked(db: Database, { week: label, team }: Options): Promise<DigestWindow> {
  const standards = Object.values((await newestStandards(db.prisma)).digests)
  const standard = standards.find((one) => team !== undefined && one.team === team) ?? standards[0]
  const timezone = standard?.timezone ?? 'UTC'
  if (label === undefined) return windowBefore(new Date(), timezone)
  const window = windowNamed(label, timezone)
  if (!window) throw wrongUsage(`${label} isn't a week or a day. Write one like 2026-W47 or 2026-11-23.`)
  const now = new Date()
  if (window.start > now) throw wrongUsage(`${label} hasn't started yet.`)
  return window.end > now ? { ...window, end: now } : window
}

/** Digests are for members of the channel that they go to. */
async function checkReader({ prisma }: Database, { as, team }: Options): Promise<void> {
  const { channel } = await digestAskedFor(prisma, team)
  const access = accessFor(prisma, as)
  if (!(await access.mayDigest(channel)))
    throw didNotHold(`You can't read this digest. Ask ${await access.whoMayDigest(channel)}.`)
}

/** A team that no workflow has is a slip of the pen, not a quiet team. */
async function checkTeam(db: Database, team: string): Promise<void> {
  const there = await teamsThere(db.prisma)
  if (!there.includes(team))
    throw wrongUsage(
      `No workflow belongs to the team ${team} (${meant(team, there) ?? 'no workflow has a team'}).`,
    )
}

async function showList(
  db: Database,
  window: DigestWindow,
  { list, format, team, as, utc }: Shown & { list: DigestList },
) {
  const workflows = await workflowsOfTeam(db.prisma, team ?? null)
  const read = await readDigestList(db.prisma, { ...window, workflows, list, most: MOST_LISTED })
  const rows = await withoutHidden(accessFor(db.prisma, as), read.rows)
  if (format === 'json') return printJson(rows)
  if (format === 'csv') return print(listCsv(rows))
  if (format !== 'text') throw wrongUsage(`A list can't be printed as ${format}: use text, json or csv.`)
  return print(rows.length === 0 ? 'None.' : listTable(rows, timesFor({ utc })))
}

async function showDigest(db: Database, window: DigestWindow, { format, team }: Shown): Promise<void> {
  const { targets } = await digestAskedFor(db.prisma, team)
  const { figures, digestId } = await readDigest(db, window, new Date(), { team, targets })
  const text = digestText(figures, window)
  if (format === 'json')
    return printJson({ digest: digestId ?? null, start: window.start, end: window.end, ...figures })
  if (format === 'csv') return print(digestCsv(figures))
  if (format === 'html') return print(digestHtml(text))
  if (format === 'text') return print(digestPlain(text))
  const row = { id: digestId ?? 'dig_none', windowStart: window.start, windowEnd: window.end, figures }
  const { text: summary, blocks } = digestCard(row)
  printJson({ text: summary, blocks })
}

export function addDigest(command: Command): void {
  command
    .option('--week <week>', 'a week like 2026-W47, or a day like 2026-11-23 (default: last week)')
    .addOption(new Option('--format <format>', 'output format').choices(formats).default('text'))
    .addOption(
      new Option('--list <list>', 'list the runs or exceptions behind a number').choices(digestListNames),
    )
    .option('--team <team>', 'only the workflows of this team (default: all)')
    .option(...AS_READER)
    .option('--utc', `with --list: ${UTC[1]}`)
    .option('--json', 'same as --format json')
    .addHelpText(
      'after',
      `
Weeks start in the time zone of the first digest in signalbox.yaml, or of the team's own. Nothing is posted: use /workflow digest for that.

Examples:
  $ signalbox digest
  $ signalbox digest --week 2026-W47 --format html > digest.html
  $ signalbox digest --team support
  $ signalbox digest --week 2026-W47 --list erred --format csv`,
    )
    .action(async (asked: Options) => {
      const { list, team } = asked
      const shown = { ...asked, format: asked.json ? ('json' as const) : asked.format }
      await withDatabase(async (db) => {
        await checkReader(db, asked)
        if (team !== undefined) await checkTeam(db, team)
        const window = await windowAsked(db, asked)
        if (list) await showList(db, window, { ...shown, list })
        else await showDigest(db, window, shown)
      })
    })
}
