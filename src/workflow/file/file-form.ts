// A definition in the form a file has it: one name instead of a list of one, nothing that is a default anyway.
import type { Definition, RuleDefinition } from '../../domain/workflow-file/definition.ts'
import type { JsonObject, JsonValue } from '../../domain/values/json.ts'
import { jsonOf } from '../../domain/cel/values.ts'
import type { Route, Sla } from '../../domain/workflow-file/route.ts'

type Names = readonly string[] | undefined

const oneOrAll = (names: Names): JsonValue | undefined =>
  names === undefined ? undefined : names.length === 1 ? names[0] : [...names]

/** Leaves out what is undefined and what a file need not say. */
const filled = (entries: Record<string, unknown>, defaults: Record<string, JsonValue> = {}): JsonObject => {
  const object: JsonObject = {}
  for (const [name, value] of Object.entries(entries)) {
    const json = value === undefined ? undefined : jsonOf(value)
    if (json !== undefined && JSON.stringify(json) !== JSON.stringify(defaults[name])) object[name] = json
  }
  return object
}

const slaForm = (sla: Sla | undefined): JsonObject | undefined =>
  sla &&
  filled(
    { ...sla, escalate: sla.escalate.map((step) => ({ after: step.after, to: oneOrAll(step.to) })) },
    { escalate: [] },
  )

const ruleForm = ({ name, when, route, owner, enabled }: RuleDefinition): JsonObject =>
  filled({ rule: name, when, route, owner: oneOrAll(owner), enabled }, { enabled: true })

const routeForm = (route: Route): JsonObject =>
  filled(
    {
      ...route,
      owner: oneOrAll(route.owner),
      review:
        route.review &&
        filled(
          { ...route.review, by: oneOrAll(route.review.by) },
          { approvals: 1, self: false, when: 'true', except: [] },
        ),
      sla: slaForm(route.sla),
    },
    { actions: [] },
  )

const each = <T>(all: Record<string, T>, form: (one: T) => JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, form(one)]))

const accessForm = (access: Definition['access']): JsonObject | undefined =>
  access &&
  filled({ read: oneOrAll(access.read), start: oneOrAll(access.start), replay: oneOrAll(access.replay) })

const triggerForm = ({ webhook, source, when, command, schedule }: Definition['trigger']): JsonObject =>
  filled({
    webhook:
      webhook &&
      filled({
        ...webhook,
        secret: oneOrAll(webhook.secret),
        verify: webhook.verify && filled({ ...webhook.verify, secret: oneOrAll(webhook.verify.secret) }),
      }),
    source,
    when,
    command,
    schedule: schedule && filled(schedule, { timezone: 'UTC' }),
  })

/** Reading this again gives the same definition. Keys stand in the order of the format's page. */
export const fileForm = (definition: Definition): JsonObject =>
  filled(
    {
      workflow: definition.workflow,
      title: definition.title,
      team: definition.team,
      owner: oneOrAll(definition.owner),
      description: definition.description,
      channel: definition.channel,
      access: accessForm(definition.access),
      trigger: triggerForm(definition.trigger),
      callback: definition.callback,
      card: definition.card,
      subject: definition.subject,
      value: definition.value,
      fields: each(definition.fields, (field) => filled(field, { missing: 'ask' })),
      enrich: each(definition.enrich, (entry) => filled(entry, { missing: 'ask' })),
      rules: definition.rules.map(ruleForm),
      routes: each(definition.routes, routeForm),
      sla: slaForm(definition.sla),
      expect: definition.expect,
      tests: definition.tests.map((test) =>
        filled({ ...test, expect: filled({ ...test.expect, owner: oneOrAll(test.expect.owner) }) }),
      ),
      // What stays out here is in no version, no export and no comparison of two.
    } satisfies Record<keyof Definition, unknown>,
    { fields: {}, enrich: {}, tests: [] },
  )
