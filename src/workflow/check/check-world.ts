// What a workflow names outside itself must be there: people, groups, roles, channels, calendars, zones, secrets.
import { IANAZone } from 'luxon'
import { cronProblem } from '../../domain/time/cron-line.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { channelsWritten } from '../../domain/workflow-file/named-channels.ts'
import { namedInAccess, namedOwners } from '../../domain/workflow-file/named-owners.ts'
import { parseOwner } from '../../domain/people/owner.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { bareSecret } from '../../domain/text/text-kinds.ts'
import { type Checked, complaining } from './check-context.ts'
import { channelProblem, nameProblem } from './check-names.ts'
import { receivingOf, unsignedBy, unsignedInId } from '../../domain/senders/receiving.ts'
import { meant } from '../nearest.ts'
import type { Path } from '../file/yaml-file.ts'

export const worldProblems = (checked: Checked): Problem[] => [
  ...ownerProblems(checked),
  ...unreadOwnerProblems(checked),
  ...channelProblems(checked),
  ...timeProblems(checked),
  ...senderProblems(checked),
  ...idProblems(checked),
  ...secretProblems(checked),
  ...shownSecretProblems(checked),
]

const ownerProblems = (checked: Checked): Problem[] => {
  const { parsed, definition, standards, context } = checked
  const complain = complaining(parsed)
  const roles = Object.keys(standards.roles)
  const rolesUnread = context.unreadStandards?.has('roles') === true
  return [...namedOwners(definition), ...namedInAccess(definition.access)].flatMap(({ text, path }) =>
    (parseOwner(text)?.of ?? []).flatMap(({ name }) => {
      if (name.kind === 'role')
        return rolesUnread || roles.includes(name.role)
          ? []
          : [
              complain(
                'error',
                path,
                `there is no role "${name.role}" in signalbox.yaml`,
                meant(name.role, roles, 'roles'),
              ),
            ]
      const problem = context.directory && nameProblem(name, context.directory)
      return problem ? [complain(problem.severity, path, problem.message, problem.hint)] : []
    }),
  )
}

const escalations = (sla: Definition['sla'], path: Path) =>
  (sla?.escalate ?? []).map(({ to }, at) => ({ names: to, path: [...path, 'escalate', at, 'to'] }))

/** Only an owner is read from the record: in these places an expression would stay as it stands, and be nobody. */
const unreadOwnerProblems = ({ parsed, definition }: Checked): Problem[] => {
  const complain = complaining(parsed)
  const places = [
    ...Object.entries(definition.routes).flatMap(([name, { review, sla }]) => [
      { names: review?.by ?? [], path: ['routes', name, 'review', 'by'] },
      ...escalations(sla, ['routes', name, 'sla']),
    ]),
    ...escalations(definition.sla, ['sla']),
  ]
  return places.flatMap(({ names, path }) =>
    names.flatMap((text, at) =>
      text.includes('${')
        ? [
            complain(
              'error',
              [...path, at],
              `only an owner may come from the record, so "${text}" would be nobody here`,
              'name them: "@person", "@group" or role:name',
            ),
          ]
        : [],
    ),
  )
}

const channelProblems = ({ parsed, definition, context: { directory } }: Checked): Problem[] => {
  if (!directory) return []
  const complain = complaining(parsed)
  return channelsWritten(definition).flatMap(({ text, path }) => {
    const problem = channelProblem(text, directory)
    return problem ? [complain(problem.severity, path, problem.message, problem.hint)] : []
  })
}

const timeProblems = ({ parsed, definition, standards, context }: Checked): Problem[] => {
  const complain = complaining(parsed)
  const problems: Problem[] = []
  const schedule = definition.trigger.schedule
  const wrongCron = schedule && cronProblem(schedule.cron)
  if (wrongCron)
    problems.push(complain('error', ['trigger', 'schedule', 'cron'], wrongCron.message, wrongCron.hint))
  if (schedule && !IANAZone.isValidZone(schedule.timezone))
    problems.push(
      complain(
        'error',
        ['trigger', 'schedule', 'timezone'],
        `there is no time zone "${schedule.timezone}"`,
        'like Europe/Berlin',
      ),
    )
  const calendars = Object.keys(standards.calendars)
  const calendarsUnread = context.unreadStandards?.has('calendars') === true
  const slas = [
    { sla: definition.sla, path: ['sla', 'calendar'] },
    ...Object.entries(definition.routes).map(([route, { sla }]) => ({
      sla,
      path: ['routes', route, 'sla', 'calendar'],
    })),
  ]
  for (const { sla, path } of slas) {
    if (!calendarsUnread && sla?.calendar !== undefined && !calendars.includes(sla.calendar))
      problems.push(
        complain(
          'error',
          path,
          `there is no calendar "${sla.calendar}" in signalbox.yaml`,
          meant(sla.calendar, calendars, 'calendars'),
        ),
      )
  }
  return problems
}

const senderProblems = ({ parsed, definition, context }: Checked): Problem[] =>
  unsignedBy(definition.trigger.webhook) === 'unsaid'
    ? [
        complaining(parsed)(
          context.isProduction ? 'error' : 'warning',
          ['trigger', 'webhook', 'verify'],
          `scheme none: anyone who reaches /hooks/${definition.workflow} may send${context.isProduction ? ', and NODE_ENV is production' : ''}`,
          `let the sender sign, like verify: { scheme: hmac, header: X-Signature, secret: secret.NAME }, or take a preset; or write "allow_unsigned: true" beside verify`,
        ),
      ]
    : []

/** Whoever recorded one signed request could make as many events of it as there are texts for such a header. */
const idProblems = ({ parsed, definition }: Checked): Problem[] => {
  const { webhook } = definition.trigger
  const receiving = webhook && receivingOf(webhook)
  const read = receiving && unsignedInId(receiving)
  if (receiving === undefined || read === undefined) return []
  return [
    complaining(parsed)(
      'error',
      ['trigger', 'webhook', 'id'],
      `${read}: ${receiving.name} does not sign it, so a recorded delivery could be sent again under any id`,
      'take the id from event; or leave it out: then the signed bytes are known again',
    ),
  ]
}

/** Owners and the texts of exceptions are shown and kept, so no secret is put in. */
const isShown = ([section, , part]: Path): boolean =>
  section === 'owner' ||
  section === 'rules' ||
  (section === 'routes' && (part === 'owner' || part === 'exception'))

const shownSecretProblems = ({ parsed, compiled }: Checked): Problem[] =>
  compiled.texts
    .filter(({ template, pointer }) => template.secrets.length > 0 && isShown(pointer))
    .map(({ template, pointer }) =>
      complaining(parsed)(
        'error',
        pointer,
        `secret.${template.secrets[0]} may stand only in texts that are sent, and under verify`,
        'people read this one: leave the secret out',
      ),
    )

const secretProblems = ({ parsed, compiled, definition, context }: Checked): Problem[] => {
  const { secretIsSet } = context
  if (!secretIsSet) return []
  const complain = complaining(parsed)
  const places = new Map<string, readonly (string | number)[]>()
  const { webhook } = definition.trigger
  const place = ['trigger', 'webhook', ...(webhook?.verify ? ['verify'] : []), 'secret']
  if (webhook && context.makesSecrets !== true)
    for (const secret of receivingOf(webhook).allSecrets) places.set(secret, place)
  const { callback } = definition
  if (callback) places.set(bareSecret(callback.secret), ['callback', 'secret'])
  for (const { template, pointer } of compiled.texts.filter((text) => !isShown(text.pointer))) {
    for (const name of template.secrets) places.set(name, pointer)
  }
  return [...places]
    .filter(([name]) => !secretIsSet(name))
    .map(([name, path]) =>
      complain('error', path, `secret.${name} is not set`, `set ${name} in the environment`),
    )
}
