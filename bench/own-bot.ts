// Our own process as it runs in production, with the roles asked for. Where a Slack is given, it posts there at the
// pace of production; otherwise it posts to nobody.
import { flushCompileCache } from 'node:module'
import { startApp } from '../src/app.ts'
import { readConfig, type Role, type SlackConfig } from '../src/config.ts'
import { makeLog } from '../src/log.ts'
import { publishSources } from './server.ts'

const roles = (process.argv[2] ?? 'web').split(',') as Role[]
const config = readConfig({ ...process.env, PORT: '0', LOG_LEVEL: 'error', HOOK_RATE_LIMIT: '100000000' })
const { BENCH_SLACK, BENCH_PUBLISH } = process.env
const slack = BENCH_SLACK
  ? (JSON.parse(BENCH_SLACK) as SlackConfig)
  : {
      botToken: 'xoxb-bench',
      signingSecret: 'a signing secret of a bench',
      apiUrl: process.env['BENCH_SLACK_API'] ?? 'http://127.0.0.1:9/api/',
    }
const app = await startApp({ config, slack, roles, log: makeLog('error') })
if (BENCH_PUBLISH) {
  await publishSources(app.db, JSON.parse(BENCH_PUBLISH) as string[])
  await app.catalog.refresh()
}
flushCompileCache()
process.send?.({ port: Number(new URL(app.url ?? 'http://127.0.0.1:0').port) })
process.on('disconnect', () => process.exit(0))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ rss: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 })
})
