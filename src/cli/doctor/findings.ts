// What the doctor looks at: each check says what it saw in one line, and whether that is well.
import type { Config, SlackConfig } from '../../config.ts'
import { verifyChain } from '../../db/audit/audit-chain.ts'
import { notedHeads } from '../../db/audit/audit.ts'
import { readFigures } from '../../db/figures.ts'
import { countLedger } from '../../db/digest/ledger.ts'
import type { Database } from '../../db/store/open.ts'
import { labelsOf } from '../../db/people/people.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { openCircuits } from '../../db/open-circuits.ts'
import { askChannels, askToJoin } from '../../slack/api/ask-channels.ts'
import type { ListedChannel } from '../../slack/api/channels.ts'
import { askState } from '../../slack/api/ask-state.ts'
import { askSamples } from '../../slack/samples/ask-samples.ts'
import { spanText } from '../../domain/time/moment-text.ts'
import { connectionFindings } from './connection-findings.ts'
import { slackOf } from '../known-world.ts'
import { migrationsFinding } from './migration-finding.ts'
import { timesFor } from '../text/times.ts'
import { peopleFindings } from './people-findings.ts'

export interface Finding {
  check: string
  state: 'ok' | 'warn' | 'fail'
  detail: string
}

const MOST_SKEW_MS = 5000
const OLD_CARD_SECONDS = 900

const finding = (check: string, state: Finding['state'], detail: string): Finding => ({
  check,
  state,
  detail,
})

async function clockFinding({ prisma }: Database): Promise<Finding> {
  const [row] = await prisma.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  const skewMs = (row?.now.getTime() ?? 0) - Date.now()
  const detail = `the database's clock is ${Math.abs(Math.round(skewMs))} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's`
  return finding('clock', Math.abs(skewMs) > MOST_SKEW_MS ? 'fail' : 'ok', detail)
}

const kinds: Record<Exclude<Database['kind'], 'server'>, string> = {
  embedded: 'embedded, opened here',
  'through-owner': 'embedded, through the running bot',
}

/** `slack`: where to ask for channels; undefined: nowhere. `isToFix`: joins those that the bot is not in. */
export async function databaseFindings(
  db: Database,
  slack?: SlackConfig,
  isToFix = false,
): Promise<Finding[]> {
  const migrations = await migrationsFinding(db)
  const places = db.kind === 'server' ? connectionFindings(db) : [finding('database', 'ok', kinds[db.kind])]
  const first = [...places, migrations, await clockFinding(db)]
  // Tables that are not as this program knows them answer nothing.
  if (migrations.state === 'fail') return first
  const channels = slack && (await channelsFinding(db, slack, isToFix))
  return [...first, ...(await contentFindings(db)), ...(channels ? [channels] : [])]
}

async function contentFindings(db: Database): Promise<Finding[]> {
  const { exact } = timesFor()
  const { unaccounted } = await countLedger(db.prisma)
  const chain = await verifyChain(db.prisma, await notedHeads(db.prisma))
  const { cards } = await readFigures(db.prisma, new Date())
  const circuits = await openCircuits(db.prisma)
  return [
    finding(
      'ledger',
      unaccounted === 0 ? 'ok' : 'fail',
      unaccounted === 0 ? 'everything is accounted for' : `${unaccounted} unaccounted for`,
    ),
    finding(
      'audit',
      chain.fault ? 'fail' : 'ok',
      chain.fault ? 'the chain is broken: signalbox audit verify' : `${chain.rows} rows intact`,
    ),
    finding(
      'cards',
      cards.oldestSeconds > OLD_CARD_SECONDS ? 'warn' : 'ok',
      cards.waiting === 0
        ? 'all posted'
        : `${cards.waiting} not posted yet, the oldest for ${spanText(Math.round(cards.oldestSeconds) * 1000)}`,
    ),
    finding(
      'targets',
      circuits.length === 0 ? 'ok' : 'warn',
      circuits.length === 0
        ? 'all healthy'
        : circuits
            .map(({ target, until }) => `circuit open for ${target}, paused until ${exact(until)}`)
            .join('; '),
    ),
    ...(await peopleFindings(db)),
  ]
}

/** Whether the bot is in the channels where workflows and digests want to post; undefined: Slack does not say. */
export async function channelsFinding(
  { prisma }: Pick<Database, 'prisma'>,
  slack: SlackConfig,
  isToFix: boolean,
): Promise<Finding | undefined> {
  const listed = await askChannels(slack)
  if (!listed) return undefined
  const { channels, digests } = await newestStandards(prisma)
  const workflows = await prisma.workflow.findMany({ select: { channel: true } })
  const wanted = new Set(
    [...workflows, ...Object.values(digests)]
      .flatMap(({ channel }) => channel ?? [])
      .concat(Object.values(channels)),
  )
  const found = [...wanted].map((channel) => ({
    channel,
    listed: listed.find(({ id, name }) => channel === id || channel === `#${name}`),
  }))
  const labels = await labelsOf(prisma, [...wanted])
  const called = ({ channel }: { channel: string }) => labels.get(channel) ?? channel
  const unknown = found.filter((one) => !one.listed).map(called)
  const archived = found.filter((one) => one.listed?.isArchived).map(called)
  const notIn = found.flatMap(({ channel, listed: one }) =>
    one && !one.isMember && !one.isArchived ? [{ ...one, label: called({ channel }) }] : [],
  )
  const said = [
    ...(unknown.length > 0 ? [`not found in Slack: ${unknown.join(', ')}`] : []),
    ...(archived.length > 0 ? [`archived: ${archived.join(', ')}`] : []),
    ...(isToFix ? await joined(slack, notIn) : notInText(notIn)),
  ]
  return finding(
    'channels',
    said.length > 0 ? 'warn' : 'ok',
    said.join('; ') || `the bot is in all ${wanted.size}`,
  )
}

type NotIn = ListedChannel & { label: string }

const notInText = (notIn: NotIn[]): string[] =>
  notIn.length === 0
    ? []
    : [
        `not in ${notIn.map(({ label }) => label).join(', ')}: run signalbox doctor --fix to join, or /invite the bot`,
      ]

/** Joins them; what is left to say. */
async function joined(slack: SlackConfig, notIn: NotIn[]): Promise<string[]> {
  const left: string[] = []
  for (const { id, label } of notIn) {
    const why = await askToJoin(slack, id)
    if (why !== undefined) left.push(`can't join ${label} (${why}): /invite the bot there`)
  }
  return left
}

/** What this workspace says of our messages. */
async function messagesFinding(slack: SlackConfig): Promise<Finding> {
  const { asked, refused } = await askSamples(slack)
  if (refused.length === 0) return finding('messages', 'ok', `Slack accepts all ${asked} samples`)
  const isBad = refused.some(({ hasClassic }) => !hasClassic)
  const each = refused.map(
    ({ name, why, hasClassic }) => `${name}${hasClassic ? ' (its classic form is accepted)' : ''}: ${why}`,
  )
  return finding('messages', isBad ? 'fail' : 'warn', `Slack refuses ${each.join(' | ')}`)
}

export async function slackFindings(config: Config): Promise<Finding[]> {
  const slack = await slackOf(config)
  if (!slack)
    return [finding('slack', 'warn', 'no workspace is configured, and the local Slack has never run here')]
  try {
    const { team, bot, missing, missingOptional, socket } = await askState(slack)
    const scopes = [
      ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
      ...(missingOptional.length > 0 ? [`optional, not granted: ${missingOptional.join(', ')}`] : []),
    ]
    const state = missing.length > 0 ? 'fail' : missingOptional.length > 0 ? 'warn' : 'ok'
    return [
      finding('slack', 'ok', `${bot} in ${team}${config.slack ? '' : ' (local Slack)'}`),
      finding('scopes', state, scopes.join('; ') || 'all scopes of manifest.yml granted'),
      finding('delivery', 'ok', socket ?? 'over HTTP at /slack/events'),
      await messagesFinding(slack),
    ]
  } catch (error) {
    const local = config.slack ? '' : 'the local Slack of this folder: '
    return [finding('slack', config.slack ? 'fail' : 'warn', `${local}${(error as Error).message}`)]
  }
}
