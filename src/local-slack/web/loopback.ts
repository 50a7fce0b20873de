// Who may speak to this server: programs and pages of this machine. A page of another site can reach loopback through
// the visitor's browser (and, by DNS rebinding, under a name of its own), so Host and Origin are both checked.
import type { IncomingHttpHeaders } from 'node:http'

const NAMES = ['127.0.0.1', 'localhost', '[::1]']

/** Why this request is not let in; null: it is. */
export const strangerReason = (headers: IncomingHttpHeaders, port: number): string | null => {
  const hosts = NAMES.map((name) => `${name}:${port}`)
  if (!hosts.includes((headers.host ?? '').toLowerCase()))
    return 'The local Slack answers to its own address only'
  const { origin } = headers
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`))
    return 'The local Slack does not answer pages of other sites'
  const site = headers['sec-fetch-site']
  // A link from elsewhere may open the page; nothing else may come from there.
  if (site === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate')
    return 'The local Slack does not answer pages of other sites'
  return null
}
