// By which names this bot may be asked. A page of a stranger can give its own name our address (DNS rebinding), and its
// visitors' browsers then send us what it likes: the name is the only thing that shows it.
import { isIP } from 'node:net'

/** What a request says of it: `host` is the Host header's, or what a trusted proxy's X-Forwarded-Host has in its place. */
export interface AskedHost {
  host: string
  headers: { host?: string | undefined }
}

export interface Hosts {
  /** The bot's own name, or this machine's for itself. */
  isOurs(asked: AskedHost): boolean
  /** An address instead of a name: nobody can point it elsewhere. */
  isAddress(asked: AskedHost): boolean
}

const HOST = /^(?<name>\[[0-9a-f:.]+\]|[^\s:@/?#[\]]+)(?::\d{1,5})?$/i
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The name in a Host header, in small letters, without port and closing dot; undefined: it is none. */
const nameIn = (host: string): string | undefined =>
  HOST.exec(host)?.groups?.['name']?.toLowerCase().replace(/\.$/, '')

/**
 * Proxies pass on what a client wrote in X-Forwarded-Host, so the bot's own name alone counts in it: nobody is at loopback, or
 * at an address, behind a proxy.
 */
const isForwarded = ({ host, headers }: AskedHost): boolean => host !== (headers.host ?? '')

/** `publicUrl` is where others reach the bot, `host` the address it listens on. Ports do not matter: proxies change them. */
export function makeHosts({ publicUrl, host }: { publicUrl: string; host: string }): Hosts {
  const ours = new Set([nameIn(new URL(publicUrl).host), nameIn(isIP(host) === 6 ? `[${host}]` : host)])
  return {
    isOurs(asked) {
      const name = nameIn(asked.host)
      if (name === undefined) return false
      return LOOPBACK.test(name) ? !isForwarded(asked) : ours.has(name)
    },
    isAddress: (asked) =>
      !isForwarded(asked) && isIP(nameIn(asked.host)?.replaceAll(/[[\]]/g, '') ?? '') !== 0,
  }
}
