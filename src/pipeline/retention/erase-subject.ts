// Erasure on request: everything that a subject's ended runs hold is emptied at once, and their cards stand anew.
import { toldOfRuns } from '../../db/announcements.ts'
import { addAudit } from '../../db/audit/audit.ts'
import {
  dropAllAnswers,
  emptyRuns,
  mayErase,
  redrawCards,
  runsOfSubject,
  sharedDeliveries,
  takeBackMessages,
} from '../../db/audit/erase.ts'
import type { Database } from '../../db/store/open.ts'
import { type StartedRun, startedFrom } from '../../db/runs/started-runs.ts'
import { counted } from '../../domain/text/counted.ts'
import { erasable } from '../../domain/masking/erased.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

export interface ErasureRequest {
  subject: string
  /** Only its runs in this workflow; one subject may mean different things in two. */
  workflow?: string
  reason: string
  actor: Actor
  /** Erases what has ended although something is open: what is open stays as it is. */
  leavesOpen?: boolean
}

export type ErasureAnswer =
  | {
      kind: 'erased'
      runs: number
      open: number
      outOfReach: string[]
      /** Runs that came of the erased ones and are about something else: they stay as they are. */
      started: StartedRun[]
    }
  | { kind: 'open_work'; open: string[] }
  | { kind: 'nothing' }
  | { kind: 'not_allowed' }

/** What no erasure of ours gets at. */
const ALWAYS = [
  'the subject itself, dedupe keys, and who owned or decided: they stay, as ids or as the file names them',
  'what a run was worth, where its workflow says (value): an amount and its currency, without a name',
  'what people wrote in Slack themselves, and answers that only one person saw',
  'reference tables, queries of bulk replays, names of fields, hosts that somebody paused',
]
/** Where the database itself keeps what was: until it writes over it, and where others took it. */
const KEPT_BY = {
  server:
    "what PostgreSQL keeps of before: old rows until VACUUM, the write-ahead log (pg_wal) and its archive, replicas, dumps and backups, and the server's log",
  embedded:
    'what the embedded database keeps of before in DATA_DIR/pgdata: old rows until VACUUM, the write-ahead log (pg_wal); and backups',
}
const sharedWith = (n: number): string[] =>
  n === 0
    ? []
    : [
        `${counted(n, 'event')} of a source that other workflows took too: the bytes stay until those runs are erased`,
      ]
const toldTo = ({ subscription, n }: { subscription: string; n: number }): string =>
  `the subject, of which ${subscription} was told (${counted(n, 'announcement')})`
const sentTo = ({ target, n }: { target: string; n: number }): string =>
  `what ${target === 'email' ? 'receivers of mail have' : `${target} has`} (${n === 1 ? '1 try' : `${n} tries`})`

export async function eraseSubject(
  { db, clock }: { db: Database; clock: () => Date },
  { subject, workflow, reason, actor, leavesOpen = false }: ErasureRequest,
): Promise<ErasureAnswer> {
  return db.transaction(async (tx): Promise<ErasureAnswer> => {
    if (!(await mayErase(tx))) return { kind: 'not_allowed' }
    const { ended, open } = await runsOfSubject(tx, subject, workflow)
    if (open.length > 0 && !leavesOpen) return { kind: 'open_work', open }
    if (ended.length === 0) return { kind: 'nothing' }
    const at = clock()
    await redrawCards(tx, ended)
    const left = await takeBackMessages(tx, ended, at)
    const started = await startedFrom(tx, ended, [...ended, ...open])
    const shared = await sharedDeliveries(tx, ended)
    const told = await toldOfRuns(tx, ended)
    await dropAllAnswers(tx)
    await emptyRuns(tx, ended, { parts: erasable, at, by: actor.id })
    await addAudit(tx, {
      at,
      actor,
      action: 'subject.erased',
      target: subject,
      after: { runs: ended.length, left: open.length, workflow: workflow ?? null },
      note: reason,
    })
    return {
      kind: 'erased',
      runs: ended.length,
      open: open.length,
      started,
      outOfReach: [
        ...left.map(sentTo),
        ...told.map(toldTo),
        ...sharedWith(shared),
        ...ALWAYS,
        db.kind === 'server' ? KEPT_BY.server : KEPT_BY.embedded,
      ],
    }
  })
}
