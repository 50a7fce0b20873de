// All that a chaos run needs, each part in a process of its own: PostgreSQL, the local Slack, two replicas; and the target.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../../src/config.ts'
import { type Control, controlOf } from '../../../src/local-slack/control-client.ts'
import { startLocalSlackProcess } from '../../../src/local-slack-process.ts'
import { freePort } from '../../free-port.ts'
import { atExit, removeFolder } from '../../suite/at-exit.ts'
import { findBinaries, startPostgres, type TestServer } from '../../suite/postgres.ts'
import { until } from '../../until.ts'
import { type Replica, startReplica } from './replica.ts'
import { PEOPLE } from './people.ts'
import { type RecordingTarget, startRecordingTarget } from './target.ts'
import { channelOf, WORKFLOWS, writeWorkflows } from './workflows.ts'

export interface World {
  cluster: TestServer
  control: Control
  target: RecordingTarget
  replicas: Replica[]
  stop(): Promise<void>
}

const REPLICAS = 2
const READY_WITHIN_MS = 120_000

export const bothReady = async ({ replicas }: Pick<World, 'replicas'>): Promise<boolean> =>
  (await Promise.all(replicas.map((one) => one.isReady()))).every(Boolean)

export async function startWorld(): Promise<World> {
  const binaries = findBinaries()
  if (binaries === undefined)
    throw new Error('No PostgreSQL binaries (initdb, postgres) on this machine: install its server package.')
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-chaos-'))
  const kept = atExit(() => removeFolder(dir))
  const undo: (() => unknown)[] = [kept, () => removeFolder(dir)]
  const stop = async () => {
    for (const one of undo.toReversed()) await one()
  }
  try {
    const cluster = await startPostgres(binaries)
    undo.push(() => cluster.stop())
    const target = await startRecordingTarget()
    undo.push(() => target.stop())
    const slack = await startLocalSlackProcess(
      readConfig({ DATA_DIR: dir, LOCAL_SLACK_PORT: String(await freePort()) }),
    )
    undo.push(() => slack.stop())
    const control = controlOf(slack.url)
    for (const name of WORKFLOWS) await control.channel({ name: channelOf(name).slice(1), members: PEOPLE })
    writeWorkflows(dir, target.url)
    const { botToken, appToken = '', signingSecret = '', apiUrl = '' } = slack.slack
    const env = {
      DATABASE_URL: cluster.url,
      WORKFLOWS_DIR: dir,
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: apiUrl,
      // The target is on this machine.
      ALLOW_PRIVATE_TARGETS: '127.0.0.1',
      LOG_LEVEL: 'error',
    }
    const replicas: Replica[] = []
    for (let at = 0; at < REPLICAS; at += 1) {
      const one = await startReplica(env)
      replicas.push(one)
      undo.push(() => one.stop())
    }
    await until('both replicas are ready', () => bothReady({ replicas }), READY_WITHIN_MS).catch(
      (error: unknown) => {
        throw new Error(replicas.map((one) => one.said()).join('\n'), { cause: error })
      },
    )
    return { cluster, control, target, replicas, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
