// Asks Slack itself (blocks.validate) whether this workspace takes what we send, without posting anything.
import { WebAPIPlatformError, WebClient } from '@slack/web-api'
import { pino } from 'pino'
import type { SlackConfig } from '../../config.ts'
import { apiOptions } from '../api/clients.ts'
import { makeSamples, type Sample } from './samples.ts'

export interface SamplesAnswer {
  asked: number
  /** Refused, with Slack's words; each has a classic form that was taken where `hasClassic` says so. */
  refused: { name: string; why: string; hasClassic: boolean }[]
}

const TIMEOUT_MS = 5000

/** Why Slack refuses this sample; undefined: it takes it. Throws what else Slack or the network answers. */
async function refusal(client: WebClient, { name: _name, ...content }: Sample): Promise<string | undefined> {
  try {
    await client.blocks.validate(content)
    return undefined
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError) || error.data.error !== 'invalid_blocks') throw error
    const { errors = [] } = error.data as { errors?: { pointer?: string; message?: string }[] }
    return errors.map(({ pointer, message }) => `${pointer ?? ''} ${message ?? ''}`.trim()).join('; ')
  }
}

export async function askSamples(config: SlackConfig): Promise<SamplesAnswer> {
  const client = new WebClient(config.botToken, {
    ...apiOptions(config, pino({ level: 'silent' })),
    retryConfig: { retries: 0 },
    timeout: TIMEOUT_MS,
  })
  const { samples, classic } = makeSamples()
  const refused: SamplesAnswer['refused'] = []
  for (const sample of samples) {
    const why = await refusal(client, sample)
    if (why === undefined) continue
    const other = classic.find(({ name }) => name === sample.name)
    const hasClassic = other !== undefined && (await refusal(client, other)) === undefined
    refused.push({ name: sample.name, why, hasClassic })
  }
  return { asked: samples.length, refused }
}
