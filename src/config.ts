// The only reader of process.env. Reports every problem at once, by variable.
import { resolve } from 'node:path'
import { z } from 'zod'
import { ConfigError } from './domain/config-error.ts'
import { DatabaseUrlError, readDatabaseUrl, SSL_MODES } from './domain/database-url.ts'
import { localSecrets } from './local-secrets.ts'

export { ConfigError } from './domain/config-error.ts'

const port = z.coerce.number('a port number').int().min(0).max(65_535)
const url = z.url({ protocol: /^https?$/, error: 'an http(s) URL' })
const databaseUrl = z.string().superRefine((text, context) => {
  try {
    readDatabaseUrl(text)
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
  }
})
const namesIn = (list: string) =>
  list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
const blankIsUnset = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))

/** PGSSLMODE is what a URL means that says nothing, to this program as to any client of PostgreSQL. */
const withSslMode = (env: Record<string, string | undefined>): Record<string, string | undefined> => {
  const mode = env['PGSSLMODE']
  const said = (of: string | undefined) =>
    of === undefined || mode === undefined || /[?&](sslmode|ssl)=/.test(of)
      ? of
      : `${of}${of.includes('?') ? '&' : '?'}sslmode=${mode}`
  return {
    ...env,
    DATABASE_URL: said(env['DATABASE_URL']),
    DIRECT_DATABASE_URL: said(env['DIRECT_DATABASE_URL']),
  }
}

const anchorIn = (anchor: string | undefined) =>
  anchor === undefined || /^https?:\/\//i.test(anchor) ? anchor : resolve(anchor)

export const ROLES = ['web', 'worker', 'notifier', 'scheduler'] as const
export type Role = (typeof ROLES)[number]

/** What DATABASE_URL speaks to, as pg-boss calls it. Only PostgreSQL is tried; docs/scaling.md says what the others lose. */
export const QUEUE_BACKENDS = ['postgres', 'citus', 'yugabytedb', 'cockroachdb'] as const

const schema = z
  .object({
    PORT: port.default(3000),
    HOST: z.string().default('127.0.0.1'),
    DATABASE_URL: databaseUrl.optional(),
    DIRECT_DATABASE_URL: databaseUrl.optional(),
    PGSSLMODE: z.enum(SSL_MODES).optional(),
    QUEUE_BACKEND: z.enum(QUEUE_BACKENDS).default('postgres'),
    DATA_DIR: z.string().default('.signalbox'),
    SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'a bot token (xoxb-…)').optional(),
    SLACK_SIGNING_SECRET: z.string().min(16, 'the signing secret of the app').optional(),
    SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'an app-level token (xapp-…)').optional(),
    SLACK_API_URL: url.optional(),
    LOCAL_SLACK_PORT: port.default(3100),
    WORKFLOWS_DIR: z.string().default('workflows'),
    PUBLIC_URL: url.optional(),
    METRICS_TOKEN: z.string().min(16, 'at least 16 characters').optional(),
    METRICS_PORT: port.optional(),
    HOOK_RATE_LIMIT: z.coerce.number('a number of requests').int().min(0).default(60_000),
    TRUSTED_PROXIES: z.string().optional(),
    SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'an smtp:// or smtps:// URL' }).optional(),
    MAIL_FROM: z.string().includes('@', { error: 'a mail address' }).optional(),
    ALLOW_PRIVATE_TARGETS: z.string().default(''),
    AUDIT_ANCHOR: z.string().optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
    OTEL_SERVICE_NAME: z.string().default('signalbox'),
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number('a share from 0 to 1').min(0).max(1).default(1),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
    NODE_ENV: z.string().optional(),
  })
  .superRefine((env, context) => {
    if (env.METRICS_PORT !== undefined && env.METRICS_PORT !== 0 && env.METRICS_PORT === env.PORT) {
      context.addIssue({ code: 'custom', path: ['METRICS_PORT'], message: 'another port than PORT' })
    }
    if (env.DIRECT_DATABASE_URL && !env.DATABASE_URL) {
      context.addIssue({
        code: 'custom',
        path: ['DATABASE_URL'],
        message: 'needed beside DIRECT_DATABASE_URL, which is only the way past a pooler',
      })
    }
    if (env.SLACK_BOT_TOKEN && !env.SLACK_APP_TOKEN && !env.SLACK_SIGNING_SECRET) {
      context.addIssue({
        code: 'custom',
        path: ['SLACK_SIGNING_SECRET'],
        message: 'needed beside SLACK_BOT_TOKEN unless SLACK_APP_TOKEN (Socket Mode) is set',
      })
    }
    if (!env.SLACK_BOT_TOKEN && (env.SLACK_APP_TOKEN || env.SLACK_SIGNING_SECRET)) {
      context.addIssue({
        code: 'custom',
        path: ['SLACK_BOT_TOKEN'],
        message: 'needed beside SLACK_APP_TOKEN or SLACK_SIGNING_SECRET',
      })
    }
  })

/** Every variable that is read here, by name. */
export const VARIABLES: readonly string[] = Object.keys(schema.shape)

/** How the bot reaches Slack. With an app token: Socket Mode; without: HTTP at /slack/events. */
export interface SlackConfig {
  botToken: string
  signingSecret?: string | undefined
  appToken?: string | undefined
  /** Base of the Web API with a trailing slash; unset: Slack's own. */
  apiUrl?: string | undefined
}

/** Where traces go (the base address of an OTLP collector), under which name, and which share of the runs. */
export interface TracingConfig {
  endpoint: string
  serviceName: string
  ratio: number
}

export interface Config {
  /** Webhook requests a minute that one address may send; 0: as many as it likes. */
  hookRateLimit: number
  /** Addresses whose X-Forwarded-For is believed. */
  trustedProxies: string[]
  host: string
  port: number
  /** Who may read /metrics (undefined: whoever reaches it), and on which port (undefined: the bot's own). */
  metrics: { token: string | undefined; port: number | undefined }
  publicUrl: string
  dataDir: string
  databaseUrl: string | undefined
  /** Past the pooler that stands in databaseUrl. */
  directDatabaseUrl: string | undefined
  queueBackend: (typeof QUEUE_BACKENDS)[number]
  workflowsDir: string
  logLevel: string
  /** undefined: no workspace is configured, the local Slack is started. */
  slack: SlackConfig | undefined
  localSlackPort: number
  isProduction: boolean
  /** Where heads of the audit are written down, a file or an http(s) URL; undefined: nowhere but the log and digests. */
  auditAnchor: string | undefined
  /** undefined: no traces. */
  tracing: TracingConfig | undefined
  mail: { smtpUrl: string | undefined; from: string | undefined }
  /** Which targets outside the public network may be called: host or host:port by name; loopback in local mode. */
  outbound: { allowed: ReadonlySet<string>; allowLoopback: boolean }
  /** Webhook secrets that the environment lacks may be made, in dataDir: only beside the local Slack. */
  hasLocalSecrets: boolean
  /** Environment variables that workflow files may name as `secret.NAME`. Read on use, never copied. */
  secret: (name: string) => string | undefined
}

/** Whether whoever started it asked for all that can be told, stacks too. Known before the rest is read, which may fail. */
export const tellsAll = (env: NodeJS.ProcessEnv = process.env): boolean =>
  ['debug', 'trace'].includes(env['LOG_LEVEL']?.trim() ?? '')

/** Reads and checks the environment. Throws ConfigError naming every variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(withSslMode(blankIsUnset(env)))
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(
        (issue) => `${issue.path.join('.')}: ${issue.message.replace(/^Invalid input: /, '')}`,
      ),
    )
  }
  const read = parsed.data
  const hasLocalSecrets = read.SLACK_BOT_TOKEN === undefined && read.NODE_ENV !== 'production'
  const local = localSecrets(resolve(read.DATA_DIR))
  return {
    hookRateLimit: read.HOOK_RATE_LIMIT,
    trustedProxies: (read.TRUSTED_PROXIES ?? '').split(',').flatMap((one) => one.trim() || []),
    host: read.HOST,
    port: read.PORT,
    metrics: { token: read.METRICS_TOKEN, port: read.METRICS_PORT },
    publicUrl: (
      read.PUBLIC_URL ?? `http://${read.HOST.includes(':') ? `[${read.HOST}]` : read.HOST}:${read.PORT}`
    ).replace(/\/$/, ''),
    dataDir: resolve(read.DATA_DIR),
    databaseUrl: read.DATABASE_URL,
    directDatabaseUrl: read.DIRECT_DATABASE_URL,
    queueBackend: read.QUEUE_BACKEND,
    workflowsDir: resolve(read.WORKFLOWS_DIR),
    // Beside the local Slack there is a page to look at: a log in between would only be in the way.
    logLevel: read.LOG_LEVEL ?? (read.SLACK_BOT_TOKEN ? 'info' : 'warn'),
    slack: read.SLACK_BOT_TOKEN
      ? {
          botToken: read.SLACK_BOT_TOKEN,
          signingSecret: read.SLACK_SIGNING_SECRET,
          appToken: read.SLACK_APP_TOKEN,
          apiUrl: read.SLACK_API_URL,
        }
      : undefined,
    localSlackPort: read.LOCAL_SLACK_PORT,
    isProduction: read.NODE_ENV === 'production',
    auditAnchor: anchorIn(read.AUDIT_ANCHOR),
    tracing: read.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          endpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT,
          serviceName: read.OTEL_SERVICE_NAME,
          ratio: read.OTEL_TRACES_SAMPLER_ARG,
        }
      : undefined,
    mail: { smtpUrl: read.SMTP_URL, from: read.MAIL_FROM },
    outbound: {
      allowed: new Set(namesIn(read.ALLOW_PRIVATE_TARGETS)),
      allowLoopback: read.SLACK_BOT_TOKEN === undefined,
    },
    hasLocalSecrets,
    // Blank is unset here too: an empty secret would prove whoever sends nothing.
    // A newline at the end comes from the file that it was read from, and belongs to no secret.
    secret: (name) =>
      env[name]?.trim() ? env[name].replace(/[\r\n]+$/, '') : hasLocalSecrets ? local(name) : undefined,
  }
}
