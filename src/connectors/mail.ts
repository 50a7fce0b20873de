// Outbound mail over SMTP. The Message-ID comes from the idempotency key, so that a repeated try is the same mail.
import { FaultError } from '../domain/fault.ts'
import type { MailAddresses, MailLine, MailText } from '../domain/text/texts.ts'

export interface Mail {
  to: MailAddresses
  subject: MailLine
  text: MailText
}
export type SendMail = (mail: Mail, idempotencyKey: string) => Promise<{ answer: string }>

export interface MailConfig {
  smtpUrl: string | undefined
  from: string | undefined
}

const MOST_RECIPIENTS = 20
// Plain addresses only: what arrives in a record must not smuggle in headers, names or further recipients.
const ADDRESS = /^[^\s@<>",;:\\()[\]]{1,64}@[^\s@<>",;:\\()[\]]{1,255}$/

function recipients(text: string): string[] {
  const all = text.split(',').map((part) => part.trim())
  const wrong = all.findIndex((one) => !ADDRESS.test(one))
  if (wrong >= 0 || all.length > MOST_RECIPIENTS)
    throw new FaultError(
      'bad_recipient',
      wrong < 0
        ? `a mail goes to at most ${MOST_RECIPIENTS} addresses`
        : // Not quoted: it comes from a record, and is perhaps marked there.
          `recipient ${wrong + 1} of ${all.length} is not a mail address`,
      { retry: 'never' },
    )
  return all
}

/** 5xx of SMTP, refused credentials and a wrong envelope stay wrong (RFC 5321, 4.2.1); all else may pass. */
function faultOf(error: unknown, hide: (text: string) => string): FaultError {
  const { code = 'smtp', responseCode, message } = error as NodeJS.ErrnoException & { responseCode?: number }
  const isFinal = responseCode === undefined ? code === 'EAUTH' : responseCode >= 500
  return new FaultError(`mail_${code.toLowerCase()}`, `the mail was not taken: ${hide(message)}`, {
    retry: isFinal ? 'never' : 'backoff',
    ...(responseCode === undefined ? {} : { status: responseCode }),
    cause: error,
  })
}

/** What a mail server's address proves us with. */
export function passwordsIn(smtpUrl: string | undefined): string[] {
  const written = smtpUrl === undefined ? '' : (URL.parse(smtpUrl)?.password ?? '')
  if (written === '') return []
  try {
    return [written, decodeURIComponent(written)]
  } catch {
    return [written]
  }
}

/** Makes the sender of one process. It throws FaultError. The mail library is loaded where mail is set up. `hide`: as in http.ts. */
export async function makeSendMail(
  { smtpUrl, from }: MailConfig,
  hide: (text: string) => string = (text) => text,
): Promise<{ send: SendMail; close(): void }> {
  if (smtpUrl === undefined || from === undefined) {
    return {
      close: () => {},
      send: async () => {
        throw new FaultError('not_configured', 'no mail server is set: SMTP_URL and MAIL_FROM', {
          retry: 'never',
        })
      },
    }
  }
  const { createTransport } = await import('nodemailer')
  const transport = createTransport(
    {
      url: smtpUrl,
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
    },
    { from },
  )
  return {
    close: () => transport.close(),
    async send({ to, subject, text }, idempotencyKey) {
      const addresses = recipients(to)
      try {
        const sent = await transport.sendMail({
          to: addresses,
          subject: subject.replaceAll(/[\r\n]+/g, ' '),
          text,
          messageId: `<${idempotencyKey}@signalbox>`,
          headers: { 'auto-submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        return { answer: hide(sent.response) }
      } catch (error) {
        throw faultOf(error, hide)
      }
    },
  }
}
