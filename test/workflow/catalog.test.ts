// The catalog is read now and then; who has just published sees it at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCatalog } from '../../src/workflow/catalog.ts'
import { type Bot, startBot } from '../bot.ts'

const file = `
workflow: orders
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`

/** The same database, whose first answer is held back until `until` ends. */
function slowAtFirst({ db }: Bot['app'], until: Promise<void>): Bot['app']['db'] {
  let isFirst = true
  const prisma = new Proxy(db.prisma, {
    get(target, name) {
      if (name !== '$queryRaw' || !isFirst) return Reflect.get(target, name)
      isFirst = false
      return async (...asked: Parameters<typeof target.$queryRaw>) => {
        const rows = await target.$queryRaw(...asked)
        await until
        return rows
      }
    },
  })
  return { ...db, prisma }
}

test('what was published before a refresh is there after it, also when an older look was still under way', async (t) => {
  const bot = await startBot(t, { roles: ['web'] })
  const held = Promise.withResolvers<void>()
  const catalog = makeCatalog(slowAtFirst(bot.app, held.promise), { publicUrl: () => 'http://127.0.0.1' })
  const early = catalog.current('orders')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await bot.publish({ orders: file })
  const refreshed = catalog.refresh()
  held.resolve()
  await refreshed
  assert.equal(await early, undefined)
  assert.equal((await catalog.current('orders'))?.key, 'orders')
})
