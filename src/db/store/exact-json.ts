// Prisma reads and writes JSON with JSON.parse and through toJSON, which rounds numbers. On the wire between it and the
// driver, a text that no data can hold stands for each number that would be rounded; the database has the number itself.
import { ColumnTypeEnum, type SqlDriverAdapterFactory, type SqlQueryable } from '@prisma/driver-adapter-utils'
import { tagged, tagText, untagged, untagText } from '../../domain/values/exact-number.ts'
import { Prisma, type PrismaClient } from '../generated/client.ts'

/** How many results held such a number: none, for most of the time, and then nothing is looked through. */
let tagsRead = 0

function tagJson(text: unknown): unknown {
  if (typeof text !== 'string') return text
  const withTags = tagText(text)
  if (withTags !== text) tagsRead += 1
  return withTags
}

const withoutTags = (value: unknown): unknown => (typeof value === 'string' ? untagText(value) : value)

function exactly<T extends SqlQueryable>(queryable: T): T {
  const { queryRaw, executeRaw } = queryable
  queryable.queryRaw = async (query) => {
    const found = await queryRaw.call(queryable, { ...query, args: query.args.map(withoutTags) })
    const json = found.columnTypes.flatMap((type, at) => (type === ColumnTypeEnum.Json ? [at] : []))
    for (const row of json.length === 0 ? [] : found.rows) for (const at of json) row[at] = tagJson(row[at])
    return found
  }
  queryable.executeRaw = (query) =>
    executeRaw.call(queryable, { ...query, args: query.args.map(withoutTags) })
  return queryable
}

/** The driver, with exact numbers on both ways. */
export const exactAdapter = (factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory => ({
  provider: factory.provider,
  adapterName: factory.adapterName,
  connect: async () => {
    const adapter = exactly(await factory.connect())
    const { startTransaction } = adapter
    adapter.startTransaction = async (isolation) => exactly(await startTransaction.call(adapter, isolation))
    return adapter
  },
})

/** The client, which takes and gives ExactNumbers in its JSON. */
export const exactClient = (prisma: PrismaClient): PrismaClient =>
  prisma.$extends(
    Prisma.defineExtension({
      query: {
        $allOperations: async ({ model, args, query }) => {
          const before = tagsRead
          const result: unknown = await query(model === undefined ? args : (tagged(args) as typeof args))
          return tagsRead === before ? result : untagged(result)
        },
      },
    }),
  ) as unknown as PrismaClient
