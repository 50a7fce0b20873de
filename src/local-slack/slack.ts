// The parts of one local Slack, as its methods and control calls use them. server.ts puts them together.
import type { AppConnection } from './contract.ts'
import type { Example } from './page-contract.ts'
import type { Tokens } from './credentials.ts'
import type { SignHook } from './ask-parent.ts'
import type { CallLog } from './api/call-log.ts'
import type { Deliverer } from './delivery/deliver.ts'
import type { HttpWire } from './delivery/http-wire.ts'
import type { ResponseUrls } from './delivery/response-urls.ts'
import type { Sockets } from './delivery/sockets.ts'
import type { Triggers } from './delivery/triggers.ts'
import type { Faults } from './faults.ts'
import type { Clock } from './workspace/clock.ts'
import type { FileBytes } from './workspace/file-bytes.ts'
import type { InstalledApp } from './workspace/manifest.ts'
import type { Store } from './workspace/store.ts'
import type { RateLimits } from './api/rate-limits.ts'

export interface Slack {
  store: Store
  clock: Clock
  tokens: Tokens
  app: InstalledApp
  scopes: string[]
  triggers: Triggers
  responseUrls: ResponseUrls
  sockets: Sockets
  deliverer: Deliverer
  faults: Faults
  limits: RateLimits
  files: FileBytes
  calls: CallLog
  /** Options an external select was answered with, newest first, by `<user>:<action_id>`. */
  offered: Map<string, { text: unknown; value: string }[]>
  http: HttpWire | null
  connection(): AppConnection
  /** http://127.0.0.1:<port>, known once it listens. */
  url(): string
  /** Where the product takes webhooks, for the example panel; null: not told. */
  webhookUrl: string | null
  examples: Example[]
  /** The headers by which the product believes an example. */
  signHook: SignHook
}
