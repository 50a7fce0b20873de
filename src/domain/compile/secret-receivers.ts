// To whom a call may send secrets: the host that the file names, and never one that an event chooses.
import { expressionsIn, pathsInText } from '../cel/template-parts.ts'
import type { HttpRequest } from '../workflow-file/http-request.ts'
import { hostOf } from './taken-from.ts'

const NAMED = /^secret\.\w+$/

function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string')
    return NAMED.test(value) || expressionsIn(value).some((one) => /\bsecret\b/.test(one))
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret)
}

/** What of the event, or of what is made of it, decides the host; undefined: the file and its secrets alone. */
const chosenBy = (url: string): string | undefined =>
  pathsInText(hostOf(url))
    .find(([root]) => root !== 'vars' && root !== 'secret')
    ?.join('.')

/** What is wrong with sending this there; undefined: nothing. `url` is that of the connection where the call names one. */
export function secretToAnyone(call: Omit<HttpRequest, 'url'>, url: string): string | undefined {
  const from = chosenBy(url)
  if (from === undefined || !(holdsSecret(call) || holdsSecret(url))) return undefined
  return `a secret would go to a host that ${from} chooses: name the host, or a connection, or send no secret`
}
