// By which names this bot may be asked. A page of a stranger can give its own name our address (DNS rebinding), and its
// visitors' browsers then send us what it likes: the name is the only thing that shows it.
import { isIP } from 'node:net'

export interface Hosts {
  /** The bot's own name, or this machine's for itself. */
  isOurs(host: string, isForwarded?: boolean): boolean
  /** An address instead of a name: nobody can point it elsewhere. */
  isAddress(host: string, isForwarded?: boolean): boolean
}

const HOST = /^(?<name>\[[0-9a-f:.]+\]|[^\s:@/?#[\]]+)(?::\d{1,5})?$/i
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The name in a Host header, in small letters, without port and closing dot; undefined: it is none. */
const nameIn = (host: string): string | undefined =>
  HOST.exec(host)?.groups?.['name']?.toLowerCase().replace(/\.$/, '')

/**
 * Whether the name is from a trusted proxy's X-Forwarded-Host. Proxies pass on what a client wrote there, so the bot's own name
 * alone counts in it: nobody is at loopback, or at an address, behind a proxy.
 */
export const isForwarded = ({
  host,
  headers,
}: {
  host: string
  headers: { host?: string | undefined }
}): boolean => host !== (headers.host ?? '')

/** `publicUrl` is where others reach the bot, `host` the address it listens on. Ports do not matter: proxies change them. */
export function makeHosts({ publicUrl, host }: { publicUrl: string; host: string }): Hosts {
  const ours = new Set([nameIn(new URL(publicUrl).host), nameIn(isIP(host) === 6 ? `[${host}]` : host)])
  return {
    isOurs(given, forwarded = false) {
      const name = nameIn(given)
      if (name === undefined) return false
      return LOOPBACK.test(name) ? !forwarded : ours.has(name)
    },
    isAddress: (given, forwarded = false) =>
      !forwarded && isIP(nameIn(given)?.replaceAll(/[[\]]/g, '') ?? '') !== 0,
  }
}
