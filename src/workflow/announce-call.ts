// The call that tells another system what happened here, as signalbox.yaml or a workflow's callback has it.
import { tryCompileWorkflow } from '../domain/compile/compile.ts'
import type { Secrets } from '../domain/compile/compiled-workflow.ts'
import type { HttpCall } from '../domain/call/http-call.ts'
import { TemplateError } from '../domain/cel/template.ts'
import type { JsonObject } from '../domain/values/json.ts'
import { asWritten, type UrlText } from '../domain/text/texts.ts'
import type { Standards } from '../domain/workflow-file/standards.ts'
import type { Callback, Subscription } from '../domain/workflow-file/subscription.ts'
import { calling } from './connection-call.ts'

/** A body as the other system wants it, in place of the announcement itself. */
const hasBody = ({ http }: Subscription): boolean =>
  [http.json, http.form, http.multipart, http.text].some((body) => body !== undefined)

const compiledOf = (subscription: Subscription, standards: Standards) =>
  tryCompileWorkflow(
    calling(hasBody(subscription) ? subscription.http : { ...subscription.http, json: {} }),
    standards,
  )

export const subscriptionFaults = (subscription: Subscription, standards: Standards) =>
  compiledOf(subscription, standards).faults

/** Secrets that a subscription's call needs, by name. */
export const subscriptionSecrets = (subscription: Subscription, standards: Standards): readonly string[] =>
  compiledOf(subscription, standards).compiled.secretNames

/** Throws TemplateError where one of its secrets is not set. */
export function subscriptionCall(
  subscription: Subscription,
  standards: Standards,
  { json, secrets }: { json: JsonObject; secrets: Secrets },
): HttpCall {
  const { compiled } = compiledOf(subscription, standards)
  const scope = { record: {}, input: { body: json, headers: {} }, vars: standards.vars, now: new Date(0) }
  const action = compiled.action('end', 0, scope, secrets)
  if (action.kind !== 'http') throw new Error('the call became none')
  const { call } = action
  return {
    ...call,
    ...(hasBody(subscription) ? {} : { json }),
    handling: { ...call.handling, isApart: true },
  }
}

/** Throws TemplateError where its secret is not set. `url`: one that the callback allows. */
export function callbackCall(
  { secret }: Callback,
  { url, json, secrets }: { url: string; json: JsonObject; secrets: Secrets },
): HttpCall {
  const name = secret.replace(/^secret\./, '')
  const sign = secrets(name)
  if (sign === undefined) throw new TemplateError(secret, 'this secret is not set')
  return {
    method: 'POST',
    url: asWritten<UrlText>(new URL(url).href),
    headers: {},
    json,
    sign,
    handling: { isApart: true },
  }
}
