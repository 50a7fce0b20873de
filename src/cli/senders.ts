// Signs events as the senders of published workflows and sources do, for `signalbox send` and the demo.
import type { Config } from '../config.ts'
import type { Database } from '../db/store/open.ts'
import { receivingOf } from '../domain/senders/receiving.ts'
import { presetOf } from '../domain/senders/presets.ts'
import { type Sample, sampleOf } from '../domain/senders/sample.ts'
import { type Proved, proofFor } from '../domain/senders/sign.ts'
import type { Source } from '../domain/workflow-file/webhook.ts'
import { makeCatalog } from '../workflow/catalog.ts'
import { didNotHold } from './exit.ts'
import { noSuchWorkflow } from './find-run.ts'

export interface Sender {
  /** Where it sends, as a path. */
  path: string
  /** What the event is called; undefined: several workflows may call it differently, or it has no subject. */
  subject(body: unknown, headers: Record<string, string>): string | undefined
  /** This body with what proves it. */
  prove(body: string, contentType?: string): Proved
  /** What its preset has as an example; undefined: it has no preset. */
  sample: Sample | undefined
  /** Whether it is answered as its preset says, and so without the run. */
  isAnsweredOtherwise: boolean
}

interface Named {
  path: string
  webhook: Source
  subject: Sender['subject']
}

/** The source or the hook of this name, as it is published now. */
async function named(db: Database, config: Config, name: string): Promise<Named> {
  const catalog = makeCatalog(db, { publicUrl: () => config.publicUrl })
  const shared = await catalog.source(name)
  if (shared) return { path: `/in/${name}`, webhook: shared.source.source, subject: () => undefined }
  const current = await catalog.current(name)
  if (!current) throw await noSuchWorkflow(db.prisma, name, await catalog.sourceNames())
  const { compiled } = current.version
  const { webhook, source } = compiled.definition.trigger
  if (webhook)
    return {
      path: `/hooks/${name}`,
      webhook,
      subject: (body, headers) => compiled.subject({ body, headers }),
    }
  throw didNotHold(
    source === undefined
      ? `The workflow "${name}" has no webhook trigger. Start it in Slack: /workflow run ${name}`
      : `The workflow "${name}" takes from a source. Send to that: signalbox send ${source}`,
  )
}

/** How a source or a workflow is sent to, as it is published now. Ends the command where it cannot be. */
export async function senderOf(db: Database, config: Config, name: string): Promise<Sender> {
  const { path, webhook, subject } = await named(db, config, name)
  return {
    path,
    subject,
    sample: webhook.preset && sampleOf(presetOf(webhook.preset)),
    isAnsweredOtherwise: receivingOf(webhook).reply !== undefined,
    prove(body, contentType = 'application/json') {
      const receiving = receivingOf(webhook)
      const url = `${config.publicUrl}${path}`
      const proof = proofFor(receiving, config.secret, { body, at: new Date(), url, contentType })
      if ('headers' in proof) return { ...proof, headers: { 'content-type': contentType, ...proof.headers } }
      if ('cannot' in proof) throw didNotHold(`Can't send to "${name}" from here: ${proof.cannot}.`)
      throw didNotHold(
        `secret.${proof.missing[0]} of "${name}" isn't set here, so the event can't be signed.\n` +
          (config.hasLocalSecrets
            ? `Restart the bot (npm start), which creates one in ${config.dataDir} for the local Slack. Or set ${proof.missing[0]}.`
            : `Set ${proof.missing[0]} in the environment to the bot's value.`),
      )
    },
  }
}
