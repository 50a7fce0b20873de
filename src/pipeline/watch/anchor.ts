// Publishes the head of the audit's chain where whoever owns the database cannot take it back: in the log, and in
// AUDIT_ANCHOR. A chain that was written anew as a whole disagrees with each head that was published before.
import type { Logger } from 'pino'
import { anchorLine, writeAnchor } from '../../connectors/audit-anchor.ts'
import { chainHead } from '../../db/audit/audit-chain.ts'
import type { Database } from '../../db/store/open.ts'

const EVERY_MS = 5 * 60_000

export interface AnchorDeps {
  db: Database
  clock: () => Date
  log: Logger
  /** undefined: heads stand in the log and with digests alone. */
  anchor: string | undefined
}

/** One look: at most one head in five minutes, and none twice. What could not be written is written by the next look. */
export function makeAnchor({ db, clock, log, anchor }: AnchorDeps): () => Promise<void> {
  let published = ''
  let nextAt = 0
  return async () => {
    const at = clock()
    if (at.getTime() < nextAt) return
    const head = await chainHead(db.prisma)
    if (!head || head.hash === published) return
    if (anchor !== undefined) {
      try {
        await writeAnchor(anchor, anchorLine({ at, row: head.id, hash: head.hash }))
      } catch (error) {
        log.error({ err: error }, 'the head of the audit could not be written to AUDIT_ANCHOR')
        return
      }
    }
    log.info({ row: String(head.id), hash: head.hash }, 'head of the audit')
    published = head.hash
    nextAt = at.getTime() + EVERY_MS
  }
}
