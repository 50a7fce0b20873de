// The signalbox command (bin/signalbox.js starts it on a Node that runs TypeScript).
import packageJson from '../../package.json' with { type: 'json' }
import { makeProgram, runCommand } from './program.ts'

// `signalbox explain … | head` closes the pipe early: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const words = process.argv.slice(2)
const code = await runCommand(makeProgram(packageJson.version), words)
process.exitCode = code
// `start` runs on. The others are over: Prisma's schema engine leaves a timer of 10 s behind, not worth waiting for.
if (words[0] !== 'start' || code !== 0) process.stdout.write('', () => process.exit())
