// Whom a request is for: one workflow's hook, or a source from which several take.
import type { CompiledSender } from '../domain/compile/compile-sender.ts'
import { type Receiving, receivingOf, unsignedBy } from '../domain/senders/receiving.ts'
import { filterOf } from '../domain/workflow-file/trigger.ts'
import type { Source } from '../domain/workflow-file/webhook.ts'
import type { Catalog, ReadyVersion } from '../workflow/catalog.ts'
import { nearest } from '../workflow/nearest.ts'
import type { Problem } from './problem.ts'

/** As the path of a request names it. */
export interface Address {
  kind: 'hook' | 'source'
  name: string
}
export const pathOf = ({ kind, name }: Address): string =>
  kind === 'hook' ? `/hooks/${name}` : `/in/${name}`

/** For logs and figures. */
export const labelOf = ({ kind, name }: Address): { workflow: string } | { source: string } =>
  kind === 'hook' ? { workflow: name } : { source: name }

export interface Addressee {
  address: Address
  receiving: Receiving
  sender: CompiledSender
  /** Those who may take what comes. */
  takers: readonly ReadyVersion[]
  /** What comes is written as a delivery: several may want it, or nobody. */
  isFiltered: boolean
}

export interface FindDeps {
  catalog: Catalog
  /** Nobody is believed unsigned, unless the file says so (`allow_unsigned`): however that version was published. */
  isProduction: boolean
  /** Whether the folder's workflows are published: until then nobody is told that one does not exist. */
  isPublished: () => boolean
}

export const RETRY_AFTER_S = 5

const starting: Problem = {
  status: 503,
  title: 'Starting',
  detail: 'Signalbox is starting and has not published its workflows yet. Send this again.',
  headers: { 'retry-after': String(RETRY_AFTER_S) },
}

const didYouMean = (name: string, names: readonly string[]): string => {
  const near = nearest(name, names)
  return near === undefined ? '' : ` Did you mean "${near}"?`
}

const unsigned = (what: string, webhook: Source): Problem | undefined =>
  unsignedBy(webhook) === 'unsaid'
    ? {
        status: 401,
        title: 'Not verified',
        detail: `This ${what} takes unsigned events (verify: none), which production refuses. Give it a scheme and a secret, or write allow_unsigned: true beside verify, and publish it.`,
      }
    : undefined

async function findHook({ catalog, isPublished, isProduction }: FindDeps, name: string) {
  const current = await catalog.current(name)
  if (!current && !isPublished()) return starting
  const trigger = current?.version.compiled.definition.trigger
  if (!current || !trigger?.webhook)
    return {
      status: 404,
      title: current ? 'This workflow takes no webhooks' : 'Unknown workflow',
      detail: !current
        ? `There is no workflow "${name}".${didYouMean(name, await catalog.keys())}`
        : trigger?.source === undefined
          ? `The workflow "${name}" is started in another way.`
          : `The workflow "${name}" takes from a source: send to /in/${trigger.source}.`,
    }
  const { version } = current
  return (
    (isProduction && unsigned('workflow', trigger.webhook)) || {
      receiving: receivingOf(trigger.webhook),
      sender: version.compiled,
      takers: [version],
      isFiltered: filterOf(trigger) !== undefined,
    }
  )
}

async function findSource({ catalog, isPublished, isProduction }: FindDeps, name: string) {
  const current = await catalog.source(name)
  if (!current && !isPublished()) return starting
  if (!current)
    return {
      status: 404,
      title: 'Unknown source',
      detail: `There is no source "${name}".${didYouMean(name, await catalog.sourceNames())}`,
    }
  const { source, takers } = current
  return (
    (isProduction && unsigned('source', source.source)) || {
      receiving: source.receiving,
      sender: source,
      takers,
      isFiltered: true,
    }
  )
}

export async function findAddressee(deps: FindDeps, address: Address): Promise<Addressee | Problem> {
  const found = await (address.kind === 'hook' ? findHook : findSource)(deps, address.name)
  return 'status' in found ? found : { ...found, address }
}
