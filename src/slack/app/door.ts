// The door: what Slack sends is let in only from members of our workspace. It stands before every listener, so that none
// has to ask; a refusal is told privately where Slack lets us, and is nothing else.
import type { AllMiddlewareArgs, AnyMiddlewareArgs, App } from '@slack/bolt'
import type { Logger } from 'pino'
import type { Origin } from '../../domain/people/membership.ts'
import type { Admission, Arrival } from './admission.ts'
import { messageView } from './message-view.ts'

export interface Door {
  admit(arrival: Arrival): Promise<Admission>
  isOurs(origin: Origin): Promise<boolean>
}

const NOT_ONE_OF_US =
  ':no_entry: Signalbox answers only members of this workspace. Guests and people from other organizations can use it if an operator lists them in `signalbox.yaml` (people: guests).'
const LATER = ':hourglass: Signalbox is finding out who you are; nothing was done. Try again in a moment.'

type Args = AnyMiddlewareArgs & AllMiddlewareArgs
type Json = Record<string, unknown>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null
const idOf = (value: unknown): unknown => (isJson(value) ? value['id'] : undefined)
const texts = (...values: unknown[]): string[] =>
  values.filter((value): value is string => typeof value === 'string' && value !== '')

/** Who did it and where, as Slack names them: in an interaction, or flat in a command. */
function arrivalOf(body: Json): Arrival {
  const user = isJson(body['user']) ? body['user'] : {}
  const [userId = ''] = texts(user['id'], body['user_id'])
  const [enterpriseId = null] = texts(idOf(body['enterprise']), body['enterprise_id'])
  const view = isJson(body['view']) ? body['view'] : {}
  // Where the app is installed for an organization, `team` may be null: the person's team and the view's are named then.
  const teamIds = texts(idOf(body['team']), user['team_id'], body['team_id'], view['team_id'])
  return { userId, teamIds, enterpriseId }
}

/** Events without a person at them come from Slack itself: only their workspace is asked. */
const openedBy = (event: Json): string | undefined =>
  event['type'] === 'app_home_opened' && typeof event['user'] === 'string' ? event['user'] : undefined

async function eventPasses({ admit, isOurs }: Door, body: Json): Promise<boolean> {
  const [installed] = Array.isArray(body['authorizations']) ? (body['authorizations'] as unknown[]) : []
  const of = isJson(installed) ? installed : {}
  const [enterpriseId = null] = texts(of['enterprise_id'], body['context_enterprise_id'])
  const teamIds = texts(of['team_id'] ?? body['team_id'])
  const userId = isJson(body['event']) ? openedBy(body['event']) : undefined
  return userId === undefined
    ? isOurs({ teamIds, enterpriseId })
    : (await admit({ userId, teamIds, enterpriseId })) === 'admitted'
}

async function refuse(args: Args, text: string): Promise<void> {
  if (!('ack' in args) || typeof args.ack !== 'function') return
  const ack = args.ack as (answer?: unknown) => Promise<void>
  const body = args.body as unknown as Json
  if (typeof body['command'] === 'string') return ack({ response_type: 'ephemeral', text })
  if (body['type'] === 'view_submission')
    return ack({ response_action: 'update', view: messageView("Couldn't do that", text) })
  await ack()
  if (typeof body['response_url'] === 'string' && body['response_url'] !== '' && 'respond' in args)
    await args.respond({ response_type: 'ephemeral', replace_original: false, text })
}

export function guardDoor(app: App, door: Door, log: Logger): void {
  app.use(async (args) => {
    const body = args.body as unknown as Json
    if (body['type'] === 'event_callback') {
      if (await eventPasses(door, body)) await args.next()
      return
    }
    const admission = await door.admit(arrivalOf(body)).catch((error: unknown): Admission => {
      log.error({ err: error }, 'whether somebody is a member could not be told')
      return 'later'
    })
    if (admission === 'admitted') return args.next()
    log.info({ user: arrivalOf(body).userId, admission }, 'somebody was not let in')
    await refuse(args, admission === 'later' ? LATER : NOT_ONE_OF_US).catch((error: unknown) =>
      log.warn({ err: error }, 'a refusal could not be told'),
    )
  })
}
