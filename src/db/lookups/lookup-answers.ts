// The last answers of HTTP lookups that may be used again for a while (`max_age`).
import type { JsonValue } from '../../domain/values/json.ts'
import type { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

export interface KnownAnswer {
  value: JsonValue
  observedAt: Date
}

export async function readAnswer(tx: Tx, asked: string): Promise<KnownAnswer | undefined> {
  const row = await tx.lookupAnswer.findUnique({ where: { asked } })
  return row ? { value: row.value as JsonValue, observedAt: row.observedAt } : undefined
}

/** Keeps the newer of two answers to the same question. */
export async function keepAnswer(tx: Tx, asked: string, { value, observedAt }: KnownAnswer): Promise<void> {
  const json = value as Prisma.InputJsonValue
  await tx.lookupAnswer.upsert({
    where: { asked },
    create: { asked, value: json, observedAt },
    update: { value: json, observedAt },
  })
}

export async function dropAnswersBefore(tx: Tx, before: Date): Promise<number> {
  return (await tx.lookupAnswer.deleteMany({ where: { observedAt: { lt: before } } })).count
}
