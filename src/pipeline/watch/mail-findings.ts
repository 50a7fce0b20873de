// Findings about Signalbox itself go out by mail too, where mail is configured: Slack may be what is broken. One mail for
// each; it is tried again until the mail server takes it, under one Message-ID.
import type { Logger } from 'pino'
import type { SendMail } from '../../connectors/mail.ts'
import { changeException } from '../../db/exceptions/exception-acts.ts'
import { unmailedFindings } from '../../db/cards/refused-cards.ts'
import type { Database } from '../../db/store/open.ts'
import { mailAddressesOf } from '../../db/people/mail-addresses.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { shorten } from '../../domain/text/cut.ts'
import { mailLine, mailText } from '../../domain/text/render-text.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import { asWritten, type MailAddresses } from '../../domain/text/texts.ts'

interface MailDeps {
  db: Database
  send: SendMail
  clock: () => Date
  log: Logger
}

/** Resolves with how many were sent. */
export async function mailFindings({ db, send, clock, log }: MailDeps): Promise<number> {
  const found = await unmailedFindings(db.prisma)
  if (found.length === 0) return 0
  const standards = await newestStandards(db.prisma)
  let sent = 0
  for (const { id, detail, ownerId, ownerSpec } of found) {
    const to = await mailAddressesOf(
      db.prisma,
      [ownerSpec, ...(ownerId === null ? [] : [ownerId])],
      standards,
    )
    if (to.length === 0) continue
    const [subject = ''] = detail.split(/(?<=[.)]) /, 1)
    const text = `${detail}\n\nIt stands as exception ${id} and closes itself when it is over: signalbox status ${id}`
    try {
      await send(
        {
          // Addresses of the people directory; the sender checks each.
          to: asWritten<MailAddresses>(to.join(',')),
          subject: mailLine(shorten(`Signalbox: ${subject}`, 200)),
          text: mailText(text),
        },
        `finding.${id}`,
      )
    } catch (error) {
      log.warn({ err: error, exception: id }, 'a finding could not be mailed; trying again')
      continue
    }
    const mailed = { exceptionId: id, actor: engine, action: 'exception.mailed', at: clock() }
    await db.transaction((tx) => changeException(tx, { ...mailed, after: { to: to.join(', ') } }))
    sent += 1
  }
  return sent
}
