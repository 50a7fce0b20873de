// A mail server for tests, as small as SMTP allows (RFC 5321): it takes what it is given, or answers as it is told.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export interface MailServer {
  url: string
  mails: { to: string[]; text: string }[]
  /** The next answer to RCPT instead of 250. */
  refuseWith(line: string): void
}

export async function startMailServer(t: { after(clean: () => void): void }): Promise<MailServer> {
  const mails: MailServer['mails'] = []
  const refusals: string[] = []
  const server = createServer((socket) => {
    let to: string[] = []
    let data: string | undefined
    let buffer = ''
    socket.write('220 test\r\n')
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      buffer += chunk.toString()
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        if (data !== undefined) {
          if (line !== '.') {
            data += `${line}\n`
            continue
          }
          mails.push({ to, text: data })
          to = []
          data = undefined
          socket.write('250 taken as 1\r\n')
        } else if (/^RCPT TO:/i.test(line)) {
          const refusal = refusals.shift()
          if (refusal === undefined) to.push(/<(.*)>/.exec(line)?.[1] ?? '')
          socket.write(`${refusal ?? '250 ok'}\r\n`)
        } else if (/^DATA/i.test(line)) {
          data = ''
          socket.write('354 go on\r\n')
        } else socket.write('250 ok\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    refuseWith: (line) => void refusals.push(line),
  }
}
