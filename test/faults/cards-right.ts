// Whether every exception's card says what the exception is: told from what stands in Slack, not by what renders it.
import type { Database } from '../../src/db/store/open.ts'
import type { Control } from '../../src/local-slack/control-client.ts'
import type { Message } from '../../src/local-slack/contract.ts'
import { CARD_EVENT } from '../../src/slack/app/ids.ts'

const PAGE = 1000

/** Messages of a channel, and the replies of their threads. */
async function messagesIn(control: Control, channel: string): Promise<Message[]> {
  const all: Message[] = []
  for (let before: string | undefined; ;) {
    const { messages } = await control.messages({ channel, limit: PAGE, ...(before ? { before } : {}) })
    all.push(...messages)
    for (const { ts } of messages.filter(({ replyCount }) => replyCount > 0)) {
      const thread = await control.messages({ channel, thread: ts, limit: PAGE })
      all.push(...thread.messages.filter((reply) => reply.ts !== ts))
    }
    before = messages[0]?.ts
    if (messages.length < PAGE || before === undefined) return all
  }
}

interface Row {
  id: string
  runId: string
  subject: string | null
  state: string
  resolvedAs: string | null
  ts: string | null
  channel: string
  storm: string | null
  stormTs: string | null
  stormChannel: string | null
}

const readRows = ({ prisma }: Database): Promise<Row[]> => prisma.$queryRaw<Row[]>`
  SELECT e.id, e.run_id AS "runId", r.subject, e.state, e.resolved_as AS "resolvedAs", c.ts,
    COALESCE(c.posted_channel, c.channel) AS channel, c.folded_into AS storm, s.ts AS "stormTs",
    COALESCE(s.posted_channel, s.channel) AS "stormChannel"
  FROM exception e JOIN run r ON r.id = e.run_id
    LEFT JOIN card c ON c.kind = 'exception' AND c.subject_id = e.id LEFT JOIN card s ON s.id = c.folded_into`

/** Which card it is a copy of, whatever it says by now: buttons go when an exception is resolved, metadata stays. */
const cardOf = ({ metadata }: Message): string | undefined =>
  metadata?.event_type === CARD_EVENT
    ? `${String(metadata.event_payload.kind)} ${String(metadata.event_payload.card)}`
    : undefined

/** What is wrong with the card of its own; undefined: nothing. */
function ownCardProblem(row: Row, message: Message | undefined): string | undefined {
  if (!message) return row.ts === null ? 'not posted' : 'its message is not there'
  const text = JSON.stringify(message.blocks)
  if (row.subject !== null && !text.includes(row.subject)) return 'it is about something else'
  const hasButtons = text.includes(`"resolve:${row.id}"`)
  if (row.state === 'open') return hasButtons ? undefined : 'it is open, and its card has no buttons'
  if (hasButtons) return 'it is resolved, and its card has buttons'
  return text.toLowerCase().includes(`*${row.resolvedAs}`) ? undefined : `it does not say ${row.resolvedAs}`
}

/** A storm's card says how many of how many are open, and has the way to each while there is one. */
function stormProblem(open: number, total: number, message: Message | undefined): string | undefined {
  if (!message) return 'the card of its kind is not there'
  const text = JSON.stringify(message.blocks)
  const says = open === 0 ? `All ${total} are ` : `*${open}* of ${total} `
  if (!text.includes(says)) return `the card of its kind does not say ${says.trim()}`
  return text.includes('storm_list') === open > 0 ? undefined : 'the card of its kind has the wrong buttons'
}

export interface CardsSeen {
  exceptions: number
  open: number
  /** Messages that stand for exceptions. */
  messages: number
  /** What is wrong, one line an exception. */
  wrong: string[]
}

export async function seeCards(db: Database, control: Control): Promise<CardsSeen> {
  const rows = await readRows(db)
  const channels = (await control.state()).channels.map(({ id }) => id)
  const standing = new Map<string, Message>()
  const cards = new Map<string, number>()
  for (const channel of channels) {
    for (const message of await messagesIn(control, channel)) {
      standing.set(`${channel} ${message.ts}`, message)
      const card = cardOf(message)
      if (card !== undefined) cards.set(card, (cards.get(card) ?? 0) + 1)
    }
  }
  const storms = new Map<string, { open: number; total: number }>()
  for (const { storm, state } of rows) {
    if (storm === null) continue
    const { open, total } = storms.get(storm) ?? { open: 0, total: 0 }
    storms.set(storm, { open: open + (state === 'open' ? 1 : 0), total: total + 1 })
  }
  const wrong = rows.flatMap((row) => {
    const { open, total } = storms.get(row.storm ?? '') ?? { open: 0, total: 0 }
    const problem =
      row.storm === null
        ? ownCardProblem(row, standing.get(`${row.channel} ${row.ts}`))
        : stormProblem(open, total, standing.get(`${row.stormChannel} ${row.stormTs}`))
    return problem === undefined ? [] : [`${row.id} (${row.state}): ${problem}`]
  })
  const doubled = [...cards]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => `${id} stands ${count} times`)
  return {
    exceptions: rows.length,
    open: rows.filter(({ state }) => state === 'open').length,
    messages: new Set(rows.map((row) => row.stormTs ?? row.ts)).size,
    wrong: [...wrong, ...doubled],
  }
}
