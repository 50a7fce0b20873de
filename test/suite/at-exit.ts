// What has to be gone however this process ends, short of SIGKILL.
import { rmSync } from 'node:fs'

/** Runs `undo` when the process exits; a fault of it keeps no other from running. The answer takes it back. */
export function atExit(undo: () => void): () => void {
  const run = () => {
    try {
      undo()
    } catch (error) {
      process.stderr.write(`cleaning up: ${String(error)}\n`)
    }
  }
  process.once('exit', run)
  return () => void process.off('exit', run)
}

/** Also while something is still being written in it: what was ended a moment ago. */
export const removeFolder = (dir: string): void =>
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })

/** Looks again and again without leaving this turn: a process that exits has no other. */
export function waitUntil(isSo: () => boolean, withinMs: number): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4))
  for (const end = Date.now() + withinMs; !isSo() && Date.now() < end;) Atomics.wait(nobody, 0, 0, 20)
}
