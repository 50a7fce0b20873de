// Where outbound calls may go. Addresses that are not public (private, loopback, link-local, reserved …) are refused
// unless the host is allowed by name; checked on the address itself for every connection, so that a name that
// changes its address between two calls gains nothing.
import { lookup as dnsLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { buildConnector } from 'undici'
import { FaultError } from '../domain/fault.ts'

export interface AddressRules {
  /** host or host:port, lower case: may stand anywhere in the network. */
  allowed: ReadonlySet<string>
  /** Whether this machine itself may be called (local mode: the examples' target is our own). */
  allowLoopback: boolean
  /** How names become addresses: the system's own way where it is left out. */
  lookup?: typeof dnsLookup
}

/** All IPv6 unicast that is routed (RFC 4291, 2.4). `::7f00:1`, which URLs make of `::127.0.0.1`, lies outside. */
const ROUTED_V6 = ipaddr.IPv6.parseCIDR('2000::/3')

/** Why this address may not be called; undefined when it may. Only globally reachable unicast is public. */
export function refuseAddress(address: string, { allowLoopback }: AddressRules): string | undefined {
  if (!ipaddr.isValid(address)) return 'is not an address'
  const read = ipaddr.process(address) // process: ::ffff:10.0.0.1 is 10.0.0.1
  const range = read.range()
  if (range === 'loopback' && allowLoopback) return undefined
  if (range === 'unicast')
    return read instanceof ipaddr.IPv6 && !read.match(ROUTED_V6) ? 'is not a routed address' : undefined
  return `is ${range === 'unspecified' ? 'no address' : range}`
}

const blocked = (host: string, because: string) =>
  new FaultError(
    'blocked_address',
    `${host} ${because}, and not allowed by name (ALLOW_PRIVATE_TARGETS): it was not called`,
    { retry: 'never' },
  )

function guardedLookup(rules: AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    const lookup = rules.lookup ?? dnsLookup
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '')
      for (const { address } of addresses) {
        const because = refuseAddress(address, rules)
        if (because) return callback(blocked(hostname, because), '')
      }
      // The connection goes to what was checked here: nobody asks for the name again.
      const [first] = addresses
      if (options.all || !first) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

const portOf = (port: string, protocol: string) => port || (protocol === 'https:' ? '443' : '80')

/** Makes the connections of an undici Agent, none of them to where `rules` forbid. */
export function guardedConnector(rules: AddressRules, timeoutMs: number): buildConnector.connector {
  // Said, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off for everybody; a CA of one's own: NODE_EXTRA_CA_CERTS.
  const connection = { timeout: timeoutMs, rejectUnauthorized: true }
  const free = buildConnector(connection)
  const guarded = buildConnector({ ...connection, lookup: guardedLookup(rules) })
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '').toLowerCase()
    const isNamed =
      rules.allowed.has(host) || rules.allowed.has(`${host}:${portOf(options.port, options.protocol)}`)
    if (isNamed) return free(options, callback)
    // An address instead of a name is never looked up, so it is checked here.
    const because = ipaddr.isValid(host) ? refuseAddress(host, rules) : undefined
    if (because) return callback(blocked(host, because), null)
    guarded(options, callback)
  }
}
