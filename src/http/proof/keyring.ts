// Keys and certificates that senders publish, asked for once and kept a while. Whoever sends names the one it means, so nobody
// can make us ask without end, or forget a good one.
import { FaultError } from '../../domain/fault.ts'
import type { Ask } from './prove.ts'

const KEPT_MS = 12 * 3_600_000
/** A key that could not be had is not asked for again so soon. */
const FAILED_MS = 10_000
const MOST = 100
/** Keys change a few times a year. */
const MOST_ASKED = 30
const MINUTE_MS = 60_000

export interface Keyring {
  /** undefined: the other side says that there is none. Rejects where it cannot be had now, and where too many are asked for. */
  get(name: string, fetch: (ask: Ask) => Promise<string>, now: Date): Promise<string | undefined>
}

interface Kept {
  value: Promise<string | undefined>
  until: number
}

const saysNo = ({ status = 0 }: FaultError): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429

async function asked(fetch: (ask: Ask) => Promise<string>, ask: Ask): Promise<string | undefined> {
  try {
    return await fetch(ask)
  } catch (error) {
    if (error instanceof FaultError && saysNo(error)) return undefined
    throw error
  }
}

/** As the newest; beyond the bound the one that was used longest ago goes. */
function keep(entries: Map<string, Kept>, name: string, entry: Kept): void {
  entries.delete(name)
  entries.set(name, entry)
  const [oldest] = entries.keys()
  if (entries.size > MOST && oldest !== undefined) entries.delete(oldest)
}

/** One for each address: what is sent to one uses up nothing of another's. */
export function makeKeyrings(ask: Ask): (address: string) => Keyring {
  const rings = new Map<string, Keyring>()
  return (address) => {
    const ring = rings.get(address) ?? makeKeyring(ask)
    rings.set(address, ring)
    return ring
  }
}

export function makeKeyring(ask: Ask): Keyring {
  const good = new Map<string, Kept>()
  /** Apart, so that made-up names push none of the good ones out. */
  const others = new Map<string, Kept>()
  let times: number[] = []

  return {
    async get(name, fetch, now) {
      const at = now.getTime()
      const known = good.get(name)
      if (known && known.until > at) {
        keep(good, name, known)
        return known.value
      }
      const other = others.get(name)
      if (other && other.until > at) return other.value
      times = times.filter((time) => time > at - MINUTE_MS)
      // One that was good before is asked for anew, whoever else asks for what.
      if (!known && times.length >= MOST_ASKED)
        throw new FaultError('too_many_keys', 'more keys of senders are asked for than there can be', {
          retry: { afterMs: MINUTE_MS },
          called: false,
        })
      times.push(at)
      const entry = { value: asked(fetch, ask), until: at + FAILED_MS }
      keep(others, name, entry)
      const value = await entry.value
      if (value !== undefined) {
        others.delete(name)
        keep(good, name, { value: Promise.resolve(value), until: at + KEPT_MS })
      }
      return value
    },
  }
}
