// Signs events as the senders of published workflows do, for `signalbox send` and the demo.
import type { Config } from '../config.ts'
import type { Database } from '../db/store/open.ts'
import type { CompiledWorkflow } from '../domain/compile/compiled-workflow.ts'
import { receivingOf } from '../domain/senders/receiving.ts'
import { presetOf } from '../domain/senders/presets.ts'
import { type Sample, sampleOf } from '../domain/senders/sample.ts'
import { type Proved, proofFor } from '../domain/senders/sign.ts'
import { makeCatalog } from '../workflow/catalog.ts'
import { didNotHold } from './exit.ts'
import { noSuchWorkflow } from './find-run.ts'

export interface Sender {
  compiled: CompiledWorkflow
  /** This body with what proves it. */
  prove(body: string, contentType?: string): Proved
  /** What its preset has as an example; undefined: it has no preset. */
  sample: Sample | undefined
  /** Whether it is answered as its preset says, and so without the run. */
  isAnsweredOtherwise: boolean
}

/** How `workflow` is sent to, as it is published now. Ends the command where it cannot be. */
export async function senderOf(db: Database, config: Config, workflow: string): Promise<Sender> {
  const catalog = makeCatalog(db, { publicUrl: () => config.publicUrl })
  const current = await catalog.current(workflow)
  if (!current) throw await noSuchWorkflow(db.prisma, workflow)
  const { compiled } = current.version
  const { webhook } = compiled.definition.trigger
  if (!webhook)
    throw didNotHold(
      `The workflow "${workflow}" has no webhook trigger. Start it in Slack: /workflow run ${workflow}`,
    )
  return {
    compiled,
    sample: webhook.preset && sampleOf(presetOf(webhook.preset)),
    isAnsweredOtherwise: receivingOf(webhook).reply !== undefined,
    prove(body, contentType = 'application/json') {
      const receiving = receivingOf(webhook)
      const url = `${config.publicUrl}/hooks/${workflow}`
      const proof = proofFor(receiving, config.secret, { body, at: new Date(), url, contentType })
      if ('headers' in proof) return { ...proof, headers: { 'content-type': contentType, ...proof.headers } }
      if ('cannot' in proof) throw didNotHold(`Can't send to "${workflow}" from here: ${proof.cannot}.`)
      throw didNotHold(
        `secret.${proof.missing[0]} of "${workflow}" isn't set here, so the event can't be signed.\n` +
          (config.hasLocalSecrets
            ? `Restart the bot (npm start), which creates one in ${config.dataDir} for the local Slack. Or set ${proof.missing[0]}.`
            : `Set ${proof.missing[0]} in the environment to the bot's value.`),
      )
    },
  }
}
