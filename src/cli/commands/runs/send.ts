// signalbox send: posts an event to the running bot as its sender would, signed.
import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import type { Command } from 'commander'
import { readConfig } from '../../../config.ts'
import { parseJson } from '../../../domain/values/exact-number.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { good, print, printJson } from '../../text/output.ts'
import { printable } from '../../text/printable.ts'
import { senderOf } from '../../senders.ts'
import { counted } from '../../../domain/text/counted.ts'
import type { Proved } from '../../../domain/senders/sign.ts'

interface Options {
  data?: string
  sample?: boolean
  json?: boolean
}
interface Answer {
  event?: string
  delivery?: string
  runs?: { workflow: string; run: string }[]
  run?: string
  duplicate?: boolean
  events?: { duplicate: boolean }[]
  title?: string
  detail?: string
}

const ANSWER_WITHIN_MS = 30_000

async function bodyFrom(file: string | undefined, { data }: Options): Promise<string> {
  if ((file === undefined) === (data === undefined))
    throw wrongUsage(`Give one event: a file, - for standard input, or --data '{"id":"1"}'.`)
  const body = data ?? (file === '-' ? await textOf(process.stdin) : await readFile(file ?? '', 'utf8'))
  try {
    // As a hook reads it: one with a number that nobody could keep is refused too.
    parseJson(body)
  } catch (error) {
    const where = data === undefined ? (file === '-' ? 'Standard input' : file) : '--data'
    throw wrongUsage(`${where} isn't valid JSON: ${(error as Error).message}`)
  }
  return body
}

async function post(address: string, { query, ...init }: Proved) {
  try {
    return await fetch(`${address}${query === undefined ? '' : `?${query}`}`, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...init,
    })
  } catch {
    throw didNotHold(
      `The bot isn't answering at ${new URL(address).origin}. Start it in another terminal (npm start), or set PORT or PUBLIC_URL to its address.`,
    )
  }
}

/** What became of a delivery to a source. */
function deliveredWords({ runs = [], duplicate }: Answer): string {
  const started = runs.map(({ workflow, run }) => `${workflow} ${run}`).join(', ')
  if (duplicate === true)
    return runs.length === 0 ? 'Already received, and ignored by filter.' : `Already received: ${started}.`
  return runs.length === 0
    ? 'Accepted, and ignored by filter: no workflow wants it.'
    : `Accepted: ${counted(runs.length, 'run')}: ${started}.`
}

const acceptedWords = ({ events }: Answer, status: number): string => {
  if (!events) return `Accepted: answered ${status}, as this sender expects.`
  const known = events.filter(({ duplicate }) => duplicate).length
  return `Accepted: ${events.length - known} of ${events.length} events are new.`
}

export function addSend(command: Command): void {
  command
    .argument('<to>', 'a source, or the key of a workflow')
    .argument('[file]', 'JSON file with the event (- for standard input)')
    .option('--data <json>', 'the event as JSON')
    .option('--sample', 'send the sample event of its preset')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Signed with the scheme and secret of the published source or workflow. Exits with 1 if the bot refuses it.

Examples:
  $ signalbox send order-delivery --data '{"order_id":"7","order_status":"shipped"}'
  $ signalbox send finance-handoff --sample
  $ signalbox send stripe-eu charge-refunded.json
  $ signalbox send refund-review workflows/samples/refund-review/book--large.json
  $ jq .order order.json | signalbox send order-delivery -`,
    )
    .action(async (to: string, file: string | undefined, options: Options) => {
      const { publicUrl } = readConfig()
      const given = options.sample === true ? undefined : await bodyFrom(file, options)
      const { proved, subject, path, isAnsweredOtherwise } = await withDatabase(async (db, config) => {
        const { subject: subjectOf, prove, sample, ...sender } = await senderOf(db, config, to)
        if (given === undefined) {
          if (!sample)
            throw didNotHold(`"${to}" has no preset, so there is no sample. Use --data '{"id":"1"}'.`)
          return { proved: prove(sample.body, sample.contentType), subject: undefined, ...sender }
        }
        const signed = prove(given)
        return { proved: signed, subject: subjectOf(parseJson(given), signed.headers), ...sender }
      })
      const response = await post(`${publicUrl}${path}`, proved)
      const said = await response.text()
      let answer: Answer
      try {
        answer = JSON.parse(said) as Answer
      } catch {
        if (!response.ok || !isAnsweredOtherwise)
          throw didNotHold(
            `${publicUrl} answered ${response.status}, but it isn't Signalbox. Set PORT or PUBLIC_URL to the bot's address.`,
          )
        answer = {}
      }
      if (options.json) printJson({ status: response.status, ...answer })
      if (!response.ok) {
        const other =
          response.status === 401
            ? '\nThe bot there may use a different secret, or a different DATA_DIR.'
            : ''
        throw didNotHold(`Refused with ${response.status}: ${answer.detail ?? answer.title ?? ''}${other}`)
      }
      if (options.json) return
      if (answer.events || isAnsweredOtherwise) {
        print(good(acceptedWords(answer, response.status)))
        return
      }
      if (answer.runs) {
        print(good(printable(deliveredWords(answer))))
        const [first] = answer.runs
        if (first) print(`Next: npx signalbox explain ${first.run}`)
        return
      }
      print(
        good(
          answer.duplicate
            ? `Already received: the first delivery is run ${answer.run}.`
            : `Accepted: event ${answer.event}, run ${answer.run}.`,
        ),
      )
      const called = subject !== undefined && /^[\w.#@-]+$/.test(subject) ? subject : answer.run
      print(`Next: npx signalbox explain ${printable(called ?? '')}`)
    })
}
