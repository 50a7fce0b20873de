// Every control call by its name, with the shape its body must have.
import { z } from 'zod'
import type { ControlAnswers, ControlCalls, ControlName } from '../control-contract.ts'
import type { Slack } from '../slack.ts'
import { options, press } from './elements.ts'
import { clearFaults, clock, fault, limits, refresh, scopes, verify, webhook } from './machinery.ts'
import { close, submit } from './modals.ts'
import { command, dismiss, dm, home, message, react, read, shortcut } from './people-acts.ts'
import { channel, group, install, join, person } from './workspace-acts.ts'

const value = z.union([z.string(), z.array(z.string()), z.number(), z.null()])
const values = z.record(z.string(), z.record(z.string(), value))
const spot = z.strictObject({ channel: z.string(), ts: z.string() })
const container = z.union([spot, z.strictObject({ viewId: z.string() })])
const user = z.string()
const element = { user, container, blockId: z.string().optional(), actionId: z.string() }

const faultKinds = [
  'rate_limited',
  'server_error',
  'server_error_after_success',
  'outage',
  'slow',
  'drop_sockets',
  'duplicate_delivery',
  'expired_trigger',
  'refused',
] as const

/** Whose they are, and whether they are a guest. */
const belonging = {
  teamId: z
    .string()
    .regex(/^T[A-Z0-9]{2,}$/)
    .optional(),
  enterpriseId: z
    .string()
    .regex(/^E[A-Z0-9]{2,}$/)
    .optional(),
  isRestricted: z.boolean().optional(),
  isUltraRestricted: z.boolean().optional(),
  isStranger: z.boolean().optional(),
}

const timeZone = z.string().refine((name) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}, 'is no time zone')

const shapes = {
  command: z.strictObject({ user, channel: z.string(), text: z.string().max(12_000) }),
  press: z.strictObject({
    ...element,
    value: value.optional(),
    values: values.optional(),
    confirmed: z.boolean().optional(),
  }),
  options: z.strictObject({ ...element, query: z.string() }),
  submit: z.strictObject({ user, viewId: z.string().optional(), values }),
  close: z.strictObject({ user, viewId: z.string().optional(), all: z.boolean().optional() }),
  home: z.strictObject({ user }),
  shortcut: z.strictObject({ user, callbackId: z.string(), message: spot.optional() }),
  message: z.strictObject({ user, channel: z.string(), text: z.string(), thread: z.string().optional() }),
  react: z.strictObject({
    user,
    channel: z.string(),
    ts: z.string(),
    name: z.string().regex(/^[a-z0-9_+'-]{1,100}$/),
    remove: z.boolean().optional(),
  }),
  read: z.strictObject({ user, channel: z.string(), ts: z.string().regex(/^\d+\.\d{6}$/) }),
  dismiss: z.strictObject({ user, channel: z.string(), ts: z.string() }),
  dm: z.strictObject({ user, with: z.string() }),
  person: z.strictObject({
    user,
    name: z.string().min(1).max(80).optional(),
    email: z.string().max(200).optional(),
    tz: timeZone.optional(),
    handle: z.string().optional(),
    isDeleted: z.boolean().optional(),
    isAdmin: z.boolean().optional(),
    ...belonging,
    isAway: z.boolean().optional(),
    statusText: z.string().max(100).optional(),
    statusEmoji: z.string().max(100).optional(),
    statusExpiration: z.number().int().optional(),
    dndUntil: z.number().int().optional(),
  }),
  join: z.strictObject({
    handle: z.string().regex(/^[a-z0-9._-]{1,40}$/),
    name: z.string().min(1).max(80),
    email: z.string().max(200).optional(),
    tz: timeZone.optional(),
    ...belonging,
  }),
  group: z.strictObject({
    group: z.string().min(1).max(80),
    members: z.array(z.string()).optional(),
    isDisabled: z.boolean().optional(),
    handle: z.string().optional(),
    name: z.string().optional(),
  }),
  channel: z.strictObject({
    channel: z.string().optional(),
    name: z.string().optional(),
    isPrivate: z.boolean().optional(),
    isArchived: z.boolean().optional(),
    members: z.array(z.string()).optional(),
    topic: z.string().max(250).optional(),
  }),
  clock: z.strictObject({ advanceMs: z.number(), reset: z.boolean().optional() }),
  fault: z.strictObject({
    kind: z.enum(faultKinds),
    method: z.string().nullable().optional(),
    count: z.number().int().positive().nullable().optional(),
    ms: z.number().int().min(0).max(600_000).optional(),
    error: z
      .string()
      .regex(/^[a-z_]{1,60}$/)
      .optional(),
  }),
  'clear-faults': z.strictObject({ id: z.string().optional() }),
  install: z.strictObject({ isInstalled: z.boolean() }),
  verify: z.strictObject({}),
  refresh: z.strictObject({ reason: z.enum(['warning', 'refresh_requested', 'link_disabled']).optional() }),
  limits: z.strictObject({ isOn: z.boolean() }),
  scopes: z.strictObject({ scopes: z.array(z.string().regex(/^[a-z_.:]{1,60}$/)).optional() }),
  webhook: z.strictObject({ workflow: z.string(), body: z.unknown(), fresh: z.boolean().optional() }),
} satisfies Record<ControlName, z.ZodType>

type Acts = {
  [N in ControlName]: (slack: Slack, call: ControlCalls[N]) => ControlAnswers[N] | Promise<ControlAnswers[N]>
}

const acts: Acts = {
  command,
  press,
  options,
  submit,
  close,
  home,
  shortcut,
  message,
  react,
  read,
  dismiss,
  dm,
  person,
  join,
  group,
  channel,
  clock,
  fault,
  'clear-faults': clearFaults,
  install,
  verify,
  refresh,
  limits,
  scopes,
  webhook,
}

export const isControlName = (name: string): name is ControlName => Object.hasOwn(acts, name)

/** Checks the body and acts. Throws ZodError and ControlError. */
export const runControl = async <N extends ControlName>(
  slack: Slack,
  name: N,
  body: unknown,
): Promise<ControlAnswers[N]> => {
  const call = shapes[name].parse(body) as unknown as ControlCalls[N]
  return await acts[name](slack, call)
}
