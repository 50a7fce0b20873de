// A process that takes a folder when it is told to, for tests that end it: {take: dir} and {release: true}.
import { FolderHeldError, holdFolder } from '../../src/db/store/folder-lock.ts'

let held: ReturnType<typeof holdFolder> | undefined

function take(dir: string): string {
  try {
    held = holdFolder(dir)
    return 'held'
  } catch (error) {
    if (error instanceof FolderHeldError) return 'refused'
    throw error
  }
}
process.on('message', (told: { take?: string; release?: true }) => {
  if (told.release) held?.release()
  process.send?.(told.take === undefined ? 'released' : take(told.take))
})
process.send?.('ready')
