// To whom a call may send secrets: the host that the file names, and never one that an event chooses.
import { expressionsIn, pathsInText } from '../cel/template-parts.ts'
import type { HttpRequest } from '../workflow-file/http-request.ts'
import { type Addresses, hostOf } from './taken-from.ts'

const NAMED = /^secret\.\w+$/

function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string')
    return NAMED.test(value) || expressionsIn(value).some((one) => /\bsecret\b/.test(one))
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret)
}

/** What is wrong with sending this there; undefined: nothing. `call` has what its connection says for all its calls. */
export function secretToAnyone(call: HttpRequest, addresses: Addresses): string | undefined {
  // What of the event, or of what is made of it, decides the host.
  const from = pathsInText(hostOf(call, addresses))
    .find(([root]) => root !== 'vars' && root !== 'secret')
    ?.join('.')
  const base = addresses.connections[call.connection ?? '']?.url
  if (from === undefined || !(holdsSecret(call) || holdsSecret(base))) return undefined
  return `a secret would go to a host that ${from} chooses: name the host, or a connection, or send no secret`
}
