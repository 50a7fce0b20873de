// One HTTP call as values: what is sent, in parts that people read and approve, and beside it how the answer is read.
import type { JsonObject, JsonValue } from '../values/json.ts'
import type { HeaderText, UrlText } from '../text/texts.ts'

/** How a call proves who sends it. A secret stands in it as its value, or by its name where the call is shown. */
export type CallAuth =
  | { bearer: string }
  | { basic: { username: string; password: string } }
  | { header: { name: string; value: string } }
  | { hmac: HmacAuth }
  | { oauth2: ClientCredentials }
  | { jwt_bearer: JwtBearer }
  | { aws: AwsAuth }

export type HmacAuth = {
  secret: string
  header: string
  /** With ${timestamp}, ${method}, ${path}, ${body} and ${id} in it. */
  signed: string
  algorithm: 'sha1' | 'sha256' | 'sha512'
  encoding: 'hex' | 'base64'
  prefix: string
  /** The header that carries the time of signing, in seconds. */
  timestamp?: string
}

/** OAuth 2.0 client credentials (RFC 6749, 4.4). */
export type ClientCredentials = {
  token_url: string
  client_id: string
  client_secret: string
  scope?: string
  audience?: string
  /** Where the client's credentials stand in the request for a token. */
  client_auth: 'header' | 'body'
}

/** A statement that our key signs, for a token (RFC 7523, 2.1), as Google's service accounts and Salesforce take it. */
export type JwtBearer = {
  token_url: string
  issuer: string
  /** PEM, RSA or P-256. */
  private_key: string
  /** For whom, where not for the issuer itself. */
  subject?: string
  /** Default: token_url. */
  audience?: string
  scope?: string
  key_id?: string
}

/** AWS Signature Version 4. */
export type AwsAuth = {
  access_key: string
  secret_key: string
  session_token?: string
  region: string
  service: string
}

/** Where the idempotency key stands in a call. A dotted path leads into a JSON body. */
export type Idempotency =
  | 'none'
  | { header: string; as: KeyForm }
  | { query: string; as: KeyForm }
  | { form: string; as: KeyForm }
  | { json: string; as: KeyForm }

/** The key itself; a UUID made of it; or 24 characters made of it. */
export type KeyForm = 'key' | 'uuid' | 'short'

/** CEL over `answer`: read in this order, the first that holds decides; none: the status does. */
export interface AnswerConditions {
  fail_when?: string
  retry_when?: string
  success_when?: string
  /** Gives the seconds to wait before the next try, where the answer says so outside the usual headers. */
  retry_after?: string
}

/** How a form names the elements of a list. */
export type FormLists = 'indexed' | 'repeated'

/** How a call is made and its answer read: nothing of it is sent by itself. */
export interface CallHandling {
  /**
   * It has tries and turns of its own: whoever chooses where it goes must not have others left alone by the target, nor wait for their
   * turns.
   */
  isApart?: boolean
  timeoutMs?: number
  idempotency?: Idempotency
  conditions?: AnswerConditions
  /** Calls to the target running at once, in one process. */
  atOnce?: number
  formLists?: FormLists
}

/** At most one of `json`, `form`, `multipart` and `text` is there. */
export type HttpCall = {
  method: string
  url: UrlText
  query?: JsonObject
  headers: Record<string, HeaderText>
  json?: JsonValue
  form?: JsonObject
  multipart?: JsonObject
  /** A text that is one `${…}` may be a number. */
  text?: JsonValue
  auth?: CallAuth
  sign?: string
  handling?: CallHandling
}

/** The parts of a call that carry data, in the order in which they are shown. */
export const dataParts = ['query', 'json', 'form', 'multipart', 'text'] as const
export type DataPart = (typeof dataParts)[number]

/** Those parts of it that are there. */
export const dataOf = (parts: { readonly [part in DataPart]?: JsonValue | undefined }): JsonObject =>
  Object.fromEntries(
    dataParts.flatMap((part): [string, JsonValue][] => {
      const value = parts[part]
      return value === undefined ? [] : [[part, value]]
    }),
  )
