// signalbox start: runs the bot, or some of its roles.
import { type Command, InvalidArgumentError } from 'commander'
import { type Role, ROLES } from '../../../config.ts'

function rolesIn(text: string): Role[] {
  const words = text.split(',').map((word) => word.trim())
  const wrong = words.filter((word) => !ROLES.some((role) => role === word))
  if (wrong.length > 0) {
    throw new InvalidArgumentError(`It must be some of ${ROLES.join(', ')}, got "${wrong.join('", "')}".`)
  }
  return words as Role[]
}

export function addStart(command: Command): void {
  command
    .option('--roles <list>', `run only these roles: ${ROLES.join(', ')}`, rolesIn)
    .addHelpText(
      'after',
      `
Examples:
  $ signalbox start
  $ signalbox start --roles web              one process that receives webhooks
  $ signalbox start --roles worker,notifier  another that does the work, on the same PostgreSQL`,
    )
    .action(async ({ roles }: { roles?: Role[] }) => {
      const { startAll } = await import('../../../start.ts')
      const { startProblem } = await import('../../../start-problem.ts')
      try {
        await startAll(roles ? { roles } : {})
      } catch (error) {
        throw startProblem(error)
      }
    })
}
