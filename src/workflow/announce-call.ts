// The call that tells another system what happened here, as signalbox.yaml or a workflow's callback has it.
import type { CompileFault } from '../domain/compile/compile-faults.ts'
import { tryCompileWorkflow } from '../domain/compile/compile.ts'
import type { Secrets } from '../domain/compile/compiled-workflow.ts'
import type { HttpCall } from '../domain/call/http-call.ts'
import { TemplateError } from '../domain/cel/template.ts'
import type { JsonObject } from '../domain/values/json.ts'
import { bareSecret } from '../domain/text/text-kinds.ts'
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

export interface SubscriptionCall {
  faults: readonly CompileFault[]
  /** Secrets that it needs, by name. */
  secretNames: readonly string[]
  /** Throws TemplateError where one of them is not set. Only where there are no faults. */
  call(json: JsonObject, secrets: Secrets): HttpCall
}

export function subscriptionCallOf(subscription: Subscription, standards: Standards): SubscriptionCall {
  const { compiled, faults } = compiledOf(subscription, standards)
  return {
    faults,
    secretNames: compiled.secretNames,
    call(json, secrets) {
      const scope = { record: {}, input: { body: json, headers: {} }, vars: standards.vars, now: new Date(0) }
      const action = compiled.action('end', 0, scope, secrets)
      if (action.kind !== 'http') throw new Error('the call became none')
      const { call } = action
      return {
        ...call,
        ...(hasBody(subscription) ? {} : { json }),
        handling: { ...call.handling, isApart: true },
      }
    },
  }
}

/** Throws TemplateError where its secret is not set. `url`: one that the callback allows. */
export function callbackCall(
  { secret }: Callback,
  { url, json, secrets }: { url: string; json: JsonObject; secrets: Secrets },
): HttpCall {
  const sign = secrets(bareSecret(secret))
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
