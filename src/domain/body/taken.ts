// Whether a workflow takes a body of this Content-Type. Nobody signs a Content-Type: if it chose how signed bytes are read,
// whoever recorded a request could have it read as another event. So the workflow's file says what a body is, and of signed
// bytes the charset too is that of the file or of the bytes themselves.
import { coverageOf } from '../senders/proof.ts'
import type { Receiving } from '../senders/receiving.ts'
import { type BodyProblem, unsupported } from './body-fault.ts'
import { mediaTypeIn, orList, typeOf } from './media-type.ts'
import type { StoredBody } from './read-body.ts'
import { declaredIn } from './xml.ts'

/** Of two names of one charset, the same one. */
const charsetOf = (name: string): string => {
  try {
    return new TextDecoder(name).encoding
  } catch {
    return name
  }
}

/** Why not, for whoever sent it and whoever wrote the workflow; undefined: it is taken. */
export function notTaken(
  { forms: taken, proof }: Receiving,
  { body, contentType }: StoredBody,
): BodyProblem | undefined {
  const types = orList(taken.map((form) => typeOf[form]))
  const type = mediaTypeIn(contentType)
  if (!type || !taken.includes(type.form))
    return unsupported(
      'Unsupported content type',
      `This workflow takes ${types}. ${
        type
          ? `For what was sent, its file needs body: ${type.form} under webhook.`
          : 'Send the body with that content type.'
      }`,
    ).problem
  if (coverageOf(proof) !== 'body' || type.charset === undefined) return undefined
  const own = (type.form === 'xml' ? declaredIn(body) : undefined) ?? 'utf-8'
  if (charsetOf(type.charset) === charsetOf(own)) return undefined
  return unsupported(
    'Unsupported charset',
    `The signature does not cover the charset "${type.charset.slice(0, 40)}" of the Content-Type. Send UTF-8.`,
  ).problem
}
