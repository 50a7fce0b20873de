// What every journey stands on: a local Slack, the sample app connected to it, and a browser; ended with the file.
import { after, before } from 'node:test'
import type { Browser } from 'playwright-core'
import { startLocalSlack, type LocalSlack, type LocalSlackOptions } from '../../../src/local-slack/server.ts'
import { until } from '../../until.ts'
import { openBrowser } from './browser.ts'
import { startSampleApp, type SampleApp } from './sample-app.ts'

export interface Stage {
  slack: LocalSlack
  app: SampleApp
  browser: Browser
  /** Waits until the app has heard this. */
  heard: (words: string) => Promise<void>
}

interface Setting {
  options?: () => LocalSlackOptions | Promise<LocalSlackOptions>
  /** What stands in the workspace before the first test. A hook of the file's own would run beside this one. */
  fill?: (stage: Stage) => Promise<void>
}

/** Ready before the first test. */
export const onStage = ({ options, fill }: Setting = {}): Stage => {
  const stage = {
    heard: async (words) => {
      await until(`the app hears "${words}"`, () => stage.app.heard.includes(words))
    },
  } as Stage
  before(async () => {
    stage.slack = await startLocalSlack({ rateLimits: false, ...(await options?.()) })
    stage.app = await startSampleApp(stage.slack)
    stage.browser = await openBrowser()
    await fill?.(stage)
  })
  after(async () => {
    await stage.browser?.close()
    await stage.app?.stop()
    await stage.slack?.stop()
  })
  return stage
}
