// Asks a sender's own system for what proves it: a certificate, a key; or confirms a subscription.
import type { JsonObject } from '../domain/values/json.ts'
import { asWritten, type UrlText } from '../domain/text/texts.ts'
import type { SendHttp } from './http.ts'

/** Rejects with FaultError unless it answers with success. Whoever asks has looked at the host of `url`. */
export const makeAsk =
  (send: SendHttp) =>
  ({ url, json }: { url: string; json?: JsonObject }): Promise<{ body: string }> =>
    send({
      method: json ? 'POST' : 'GET',
      url: asWritten<UrlText>(url),
      headers: {},
      ...(json ? { json } : {}),
    })
