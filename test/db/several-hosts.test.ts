// Several hosts in DATABASE_URL: the first that answers and takes writes, and another one once that is gone.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { openDatabase } from '../../src/db/store/open.ts'
import { isOnServer, testDatabase } from '../database.ts'
import { until } from '../until.ts'

const skip = isOnServer() ? false : 'an embedded database has no hosts'

/** Another way to the server of `url`, which can be cut. */
async function wayTo(t: TestContext, url: URL): Promise<{ host: string; cut(): Promise<void> }> {
  const open = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(Number(url.port || 5432), url.hostname)
    for (const socket of [from, to]) {
      open.add(socket)
      socket.on('error', () => {}).on('close', () => (from.destroy(), to.destroy()))
    }
    from.pipe(to).pipe(from)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = async () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  t.after(cut)
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, cut }
}

const withHosts = (url: URL, ...hosts: string[]) => url.href.replace(url.host, hosts.join(','))

describe('several hosts', { skip }, () => {
  test('the first that answers is used; when it is gone, the next, for queries and for LISTEN', async (t) => {
    const { options } = await testDatabase(t)
    const url = new URL(options.databaseUrl ?? '')
    const [first, second] = [await wayTo(t, url), await wayTo(t, url)]
    const databaseUrl = withHosts(url, '127.0.0.1:1', first.host, second.host)
    const db = await openDatabase({ ...options, databaseUrl })
    t.after(() => db.close())
    const place = () => db.endpoints()[0]?.endpoint.place
    let heard = 0
    let began = 0
    const listening = await db.listen?.(
      'there',
      () => (heard += 1),
      () => (began += 1),
    )
    t.after(() => listening?.close())
    assert.deepEqual([place(), began], [first.host, 1])
    await first.cut()
    await until('queries go on', () =>
      db.prisma.$queryRaw`SELECT 1`.then(
        () => true,
        () => false,
      ),
    )
    assert.equal(place(), second.host)
    await until('it listens again', () => began === 2)
    await db.prisma.$executeRaw`SELECT pg_notify('there', '')`
    await until('it hears', () => heard === 1)
  })

  test('a server that takes no writes is not used, and it is said of each host why not', async (t) => {
    const { options } = await testDatabase(t)
    const url = new URL(options.databaseUrl ?? '')
    url.searchParams.set('options', '-c default_transaction_read_only=on')
    await assert.rejects(openDatabase({ ...options, databaseUrl: url.href }), {
      message:
        /^\S+:\d+ \(DATABASE_URL\) takes no writes \(default_transaction_read_only is on\): name the primary, or all hosts \(host1,host2\)\.$/,
    })
    await assert.rejects(openDatabase({ ...options, databaseUrl: withHosts(url, '127.0.0.1:1', url.host) }), {
      message: /^No host of DATABASE_URL can be used\. Nothing answers at 127\.0\.0\.1:1\..* takes no writes/,
    })
  })
})
