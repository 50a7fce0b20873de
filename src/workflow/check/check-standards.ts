// Whether a workflow keeps the standards of signalbox.yaml, and whether signalbox.yaml itself holds together.
import { IANAZone } from 'luxon'
import { knowsHolidays } from '../../domain/time/holiday-rules.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { namedInAccess } from '../../domain/workflow-file/named-owners.ts'
import { parseOwner } from '../../domain/people/owner.ts'
import { unknownInVar } from '../../domain/workflow-file/public-url.ts'
import { cronProblem } from '../../domain/time/cron-line.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { connectionFaults } from './check-connections.ts'
import { type Checked, complaining, type Directory } from './check-context.ts'
import { type SourceContext, sourceFaults } from './check-sources.ts'
import { channelProblem, nameProblem } from './check-names.ts'
import { subscriptionProblems } from './check-subscriptions.ts'
import { meant } from '../nearest.ts'
import type { ParsedStandards } from '../file/parse.ts'
import type { Path } from '../file/yaml-file.ts'

type Requirement = Standards['standards']['require'][number]

export const standardProblems = (checked: Checked): Problem[] => {
  const complain = complaining(checked.parsed)
  return checked.standards.standards.require
    .filter((requirement) => !isKept(requirement, checked))
    .map((requirement) =>
      complain(
        'error',
        requirement === 'catch_all' ? ['rules', checked.definition.rules.length - 1] : [],
        ...demand[requirement],
      ),
    )
}

const demand: Record<Requirement, [message: string, hint: string]> = {
  owner: ['the standards ask for an owner', 'owner: "@person"'],
  team: ['the standards ask for a team', 'team: fulfilment'],
  description: ['the standards ask for a description', 'description: what this workflow is for'],
  sla: ['the standards ask for an SLA', 'sla: { respond: 30m }'],
  catch_all: [
    'the standards ask for a last rule that catches all',
    "end the rules with { rule: rest, when: 'true', route: … }",
  ],
  tests: ['the standards ask for tests', 'tests: [ { test: …, event: { … }, expect: { route: … } } ]'],
  expect: ['the standards ask what to expect', 'expect: { event_every: 1d }'],
  subject: ['the standards ask for a subject', 'subject: event.order_id'],
}

const isKept = (requirement: Requirement, { definition, unread }: Checked): boolean => {
  if (unread.partly.has(requirement === 'catch_all' ? 'rules' : requirement)) return true
  if (requirement === 'catch_all') return hasCatchAll(definition)
  if (requirement === 'tests') return definition.tests.length > 0
  return definition[requirement] !== undefined
}

export const hasCatchAll = (definition: Checked['definition']): boolean =>
  definition.rules.findLast((rule) => rule.enabled)?.when === 'true'

interface StandardsContext extends SourceContext {
  directory?: Directory | undefined
  teams?: readonly string[]
  /** Those that there are; undefined: it is not known. */
  workflows?: readonly string[] | undefined
}

/** signalbox.yaml: zones, cron lines, holidays, roles and channels that are there. */
export const standardsFileProblems = (
  parsed: ParsedStandards,
  standards: Standards,
  { directory, teams, workflows, ...sources }: StandardsContext = {},
): Problem[] => {
  const problems: Problem[] = []
  const complain = (path: Path, message: string, hint?: string, severity: Problem['severity'] = 'error') => {
    problems.push({
      file: parsed.file,
      ...parsed.locate(path),
      severity,
      message,
      ...(hint !== undefined && { hint }),
    })
  }
  const zone = (name: string, path: Path) => {
    if (!IANAZone.isValidZone(name)) complain(path, `there is no time zone "${name}"`, 'like Europe/Berlin')
  }
  const channel = (name: string | undefined, path: Path) => {
    const problem = directory && name !== undefined && channelProblem(name, directory)
    if (problem) complain(path, problem.message, problem.hint)
  }
  for (const [name, calendar] of Object.entries(standards.calendars)) {
    zone(calendar.timezone, ['calendars', name, 'timezone'])
    if (calendar.holidays !== undefined && !knowsHolidays(calendar.holidays))
      complain(
        ['calendars', name, 'holidays'],
        `there are no holidays of "${calendar.holidays}"`,
        'a country like DE, or DE-BY for a state',
      )
  }
  for (const { path, message } of connectionFaults(standards)) complain(path, message)
  const { secretIsSet } = sources
  for (const { path, message, hint, severity } of [
    ...subscriptionProblems(standards, { workflows, secretIsSet }),
    ...sourceFaults(standards, { ...sources, workflows }),
  ])
    complain(path, message, hint, severity)
  for (const [name, value] of Object.entries(standards.vars)) {
    const unknown = unknownInVar(value)
    if (unknown !== undefined)
      complain(
        ['vars', name],
        `a var cannot hold ${unknown}`,
        'only ${public_url}: where this bot is reached',
      )
  }
  for (const [name, digest] of Object.entries(standards.digests)) {
    zone(digest.timezone, ['digests', name, 'timezone'])
    channel(digest.channel, ['digests', name, 'channel'])
    if (digest.team !== undefined && teams?.includes(digest.team) === false)
      complain(
        ['digests', name, 'team'],
        `no workflow has the team "${digest.team}"`,
        meant(digest.team, teams),
        'warning',
      )
    const wrongCron = cronProblem(digest.cron)
    if (wrongCron) complain(['digests', name, 'cron'], wrongCron.message, wrongCron.hint)
  }
  channel(standards.channels.exceptions, ['channels', 'exceptions'])
  channel(standards.channels.alerts, ['channels', 'alerts'])
  for (const { text, path } of namedInAccess(standards.access))
    for (const { name } of parseOwner(text)?.of ?? []) {
      if (name.kind === 'role' && !(name.role in standards.roles))
        complain(
          path,
          `there is no role "${name.role}"`,
          meant(name.role, Object.keys(standards.roles), 'roles'),
        )
      const problem = directory && nameProblem(name, directory)
      if (problem) complain(path, problem.message, problem.hint, problem.severity)
    }
  for (const [role, members] of Object.entries(standards.roles)) {
    for (const [at, member] of members.entries()) {
      const name = parseOwner(member)?.of[0]?.name
      const problem = directory && name && nameProblem(name, directory)
      if (parseOwner(member)?.strategy !== 'one' || name === undefined || name.kind === 'role')
        complain(['roles', role, at], `a role holds people and groups, and "${member}" is neither`, '"@ada"')
      else if (problem) complain(['roles', role, at], problem.message, problem.hint, problem.severity)
    }
  }
  return problems
}
