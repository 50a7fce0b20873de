// A call to another system, compiled: what its connection and its own part of the file say, and how it becomes what is sent.
import type { CompileFault, Pointer } from './compile-faults.ts'
import { compileJson, compileObject, type TextCompiler } from './compile-texts.ts'
import { compileAnswerCondition } from '../call/answer-condition.ts'
import {
  type AnswerConditions,
  type CallAuth,
  type CallHandling,
  type DataPart,
  dataParts,
  type HttpCall,
} from '../call/http-call.ts'
import { secretToAnyone } from './secret-receivers.ts'
import type { Addresses } from './taken-from.ts'
import { renderText } from '../cel/template.ts'
import { textOf } from '../cel/values.ts'
import type { Context } from '../cel/expression.ts'
import { renderHeader, renderUrl } from '../text/render-text.ts'
import { asWritten, type UrlText } from '../text/texts.ts'
import { parseDuration } from '../time/duration.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import { type Auth, authKinds } from '../workflow-file/http-auth.ts'
import type { Connection } from '../workflow-file/connection.ts'
import type { HttpRequest } from '../workflow-file/http-request.ts'

export interface CallTools extends Addresses {
  compile: TextCompiler
  connections: Readonly<Record<string, Connection>>
  faults: CompileFault[]
}
export type CallRenderer = (context: Context) => HttpCall

const byLowerName = (headers: Record<string, string> | undefined): [string, [string, string]][] =>
  Object.entries(headers ?? {}).map(([name, text]) => [name.toLowerCase(), [name, text]])

/** What a call says itself counts before what its connection says. */
function merged(
  request: HttpRequest,
  connection: Connection | undefined,
): HttpRequest & Pick<Connection, 'limits'> {
  if (!connection) return request
  const { url: _, test: _test, ...shared } = connection
  const headers = Object.fromEntries(
    new Map([...byLowerName(connection.headers), ...byLowerName(request.headers)]).values(),
  )
  return {
    ...shared,
    ...request,
    headers,
    ...(connection.query || request.query ? { query: { ...connection.query, ...request.query } } : {}),
  }
}

/** Parts that are text to a machine: it reads no €900.00. In JSON money is an object, and a text in it may be for people. */
const forMachines =
  (compile: TextCompiler, faults: CompileFault[]): TextCompiler =>
  (text, pointer) => {
    const template = compile(text, pointer)
    for (const part of template?.parts ?? [])
      if ('expression' in part && part.expression.type === 'money') {
        const { source } = part.expression
        faults.push({
          pointer,
          message: `\${${source}} is money and would be sent as €900.00: write \${${source}.amount} (900.00), \${${source}.minor} (90000) or \${${source}.currency}`,
        })
      }
    return template
  }

const asTemplate = (text: string): string => (/^secret\.\w+$/.test(text) ? `\${${text}}` : text)

/** Its texts as templates. What is signed has signs of its own that look like ours, and stays as it is. */
function compileAuth(
  auth: Auth,
  pointer: Pointer,
  { compile, faults }: CallTools,
): (context: Context) => CallAuth {
  const fixed: TextCompiler = (text, at) => {
    const template = compile(text, at)
    const outside = template?.reads.find(([root]) => root !== 'vars' && root !== 'secret')
    if (outside)
      faults.push({
        pointer: at,
        message: `auth reads ${outside.join('.')}: only vars and secrets stand in it`,
      })
    return template
  }
  const kind = authKinds.find((name) => auth[name] !== undefined) ?? 'bearer'
  const said: JsonObject = kind === 'bearer' ? { token: auth.bearer ?? '' } : { ...auth[kind] }
  const signed = said['signed']
  const texts = Object.entries(said).flatMap(([name, value]): [string, JsonValue][] =>
    name === 'signed' || value === undefined
      ? []
      : [[name, typeof value === 'string' ? asTemplate(value) : value]],
  )
  const render = compileObject(Object.fromEntries(texts), [...pointer, kind], fixed)
  return (context) => {
    const rendered = render(context)
    if (kind === 'bearer') return { bearer: textOf(rendered['token']) }
    const usual = kind === 'basic' ? { password: '' } : {}
    return { [kind]: { ...usual, ...rendered, ...(signed === undefined ? {} : { signed }) } } as CallAuth
  }
}

const conditionNames = ['fail_when', 'retry_when', 'success_when', 'retry_after'] as const

function conditionsOf(
  request: HttpRequest,
  pointer: Pointer,
  { faults }: CallTools,
): AnswerConditions | undefined {
  const conditions: AnswerConditions = {}
  for (const name of conditionNames) {
    const source = request[name]
    if (source === undefined) continue
    const compiled = compileAnswerCondition(source)
    const wanted = name === 'retry_after' ? ['double', 'int', 'dyn'] : ['bool', 'dyn']
    if (!compiled.ok) faults.push({ pointer: [...pointer, name], ...compiled.fault })
    else if (wanted.includes(compiled.expression.type)) conditions[name] = source
    else
      faults.push({
        pointer: [...pointer, name],
        message: `${name === 'retry_after' ? 'this gives a number of seconds' : 'a condition is true or false'}, and this is of type ${compiled.expression.type}`,
      })
  }
  return Object.keys(conditions).length === 0 ? undefined : conditions
}

function handlingOf(
  request: ReturnType<typeof merged>,
  conditions: AnswerConditions | undefined,
): CallHandling | undefined {
  const { timeout, idempotency, form_lists, limits } = request
  const handling: CallHandling = {
    ...(timeout !== undefined && { timeoutMs: parseDuration(timeout) }),
    ...(idempotency !== undefined && { idempotency }),
    ...(conditions && { conditions }),
    ...(limits?.at_once !== undefined && { atOnce: limits.at_once }),
    ...(form_lists !== undefined && { formLists: form_lists }),
  }
  return Object.keys(handling).length === 0 ? undefined : handling
}

function faultOf(
  request: HttpRequest,
  connection: Connection | undefined,
): Omit<CompileFault, 'pointer'> | undefined {
  const name = request.connection
  if (name === undefined || connection) return undefined
  return {
    message: `there is no connection "${name}" in signalbox.yaml`,
    unknown: { what: 'connection', name },
  }
}

/** Nothing is done twice by sending these twice (RFC 9110, 9.2.2). */
const REPEATABLE = ['GET', 'PUT', 'DELETE']

/**
 * The call with its key where it can be put into what is sent; a part of another kind would be sent beside it. What a connection
 * says for all its calls does not concern one that sends nothing and may be repeated.
 */
function keyed<T extends HttpRequest>(
  whole: T,
  { own, method }: { own: HttpRequest; method: string },
): { whole: T; fault?: string } {
  const { idempotency } = whole
  if (idempotency === undefined || idempotency === 'none') return { whole }
  const part = 'json' in idempotency ? 'json' : 'form' in idempotency ? 'form' : undefined
  if (part === undefined || whole[part] !== undefined) return { whole }
  if (own.idempotency === undefined && REPEATABLE.includes(method))
    return { whole: { ...whole, idempotency: 'none' } }
  return { whole, fault: `the idempotency key stands in ${part}, and this call sends no ${part}` }
}

export function compileCall(
  request: HttpRequest,
  method: string,
  pointer: Pointer,
  tools: CallTools,
): CallRenderer {
  const { faults } = tools
  const compile = forMachines(tools.compile, faults)
  const connection = request.connection === undefined ? undefined : tools.connections[request.connection]
  const unknown = faultOf(request, connection)
  if (unknown) faults.push({ pointer: [...pointer, 'connection'], ...unknown })
  const { whole, fault } = keyed(merged(request, connection), {
    own: request,
    method: request.method ?? method,
  })
  /** Of what the connection says, the place in the file is the name of the connection. */
  const placeOf = (name: keyof HttpRequest): Pointer => [
    ...pointer,
    request[name] === undefined && request.connection !== undefined ? 'connection' : name,
  ]
  const leak = secretToAnyone(whole, tools)
  if (leak !== undefined) faults.push({ pointer: placeOf('url'), message: leak })
  const base = compile(request.url ?? connection?.url.replace(/\/$/, '') ?? '', placeOf('url'))
  const path = request.path === undefined ? undefined : compile(request.path, [...pointer, 'path'])
  const headers = Object.entries(whole.headers ?? {}).map(
    ([name, text]) =>
      [
        name,
        compile(
          text,
          request.headers?.[name] === undefined ? placeOf('connection') : [...pointer, 'headers', name],
        ),
      ] as const,
  )
  const data = dataParts.flatMap((part): [DataPart, (context: Context) => JsonValue][] =>
    whole[part] === undefined
      ? []
      : [
          [
            part,
            compileJson(
              whole[part] as JsonValue,
              [...pointer, part],
              part === 'json' ? tools.compile : compile,
            ),
          ],
        ],
  )
  const sign = whole.sign === undefined ? undefined : compile(whole.sign, placeOf('sign'))
  const auth = whole.auth && compileAuth(whole.auth, placeOf('auth'), tools)
  if (fault !== undefined) faults.push({ pointer: placeOf('idempotency'), message: fault })
  const handling = handlingOf(whole, conditionsOf(whole, pointer, tools))

  const urlOf = (context: Context) =>
    asWritten<UrlText>(`${base ? renderUrl(base, context) : ''}${path ? renderUrl(path, context) : ''}`)
  return (context) => {
    const sent = new Map(data.map(([part, render]) => [part, render(context)]))
    const query = sent.get('query')
    sent.delete('query')
    return {
      method: request.method ?? method,
      url: urlOf(context),
      ...(query !== undefined && { query: query as JsonObject }),
      headers: Object.fromEntries(
        headers.map(([name, text]) => [name, text ? renderHeader(text, context) : asWritten('')]),
      ),
      ...Object.fromEntries(sent),
      ...(auth && { auth: auth(context) }),
      ...(sign && { sign: renderText(sign, context) }),
      ...(handling && { handling }),
    }
  }
}
