// What people do about a run that waits, at the command line.
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import type { Bot } from '../bot.ts'

export const openOf = ({ app }: Bot, runId: string) =>
  app.db.prisma.exception.findFirst({ where: { runId, state: 'open' } })

/** Resolves what is open of the run, and waits for what comes of it. */
export async function resolveAs(
  bot: Bot,
  who: string,
  { runId, ...by }: { runId: string; resolution: Resolution },
) {
  const exceptionId = (await openOf(bot, runId))?.id ?? ''
  const answer = await bot.app.resolve({ exceptionId, actor: { id: `cli:${who}`, surface: 'cli' }, ...by })
  await bot.untilIdle()
  return answer
}
