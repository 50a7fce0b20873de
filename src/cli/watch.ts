// --watch: the same answer again every two seconds, until there is nothing more to wait for, or Ctrl-C.
import { setTimeout as sleep } from 'node:timers/promises'
import { Option } from 'commander'
import { dim, print } from './text/output.ts'

const EVERY_MS = 2000

/** A screen that is drawn again can't be JSON for a script. */
export const watchOption = (until: string): Option =>
  new Option('--watch', `redraw every ${EVERY_MS / 1000} s, until ${until}`).conflicts('json')

export interface Look {
  text: string
  /** Nothing will change any more. */
  isOver: boolean
}

interface Screen {
  isTerminal: boolean
  print: (text: string) => void
  everyMs: number
  signal: AbortSignal
}

/** Draws over what stood there on a terminal; elsewhere it appends what is new. */
export async function watchOn(
  look: () => Promise<Look>,
  { isTerminal, print: show, everyMs, signal }: Screen,
): Promise<void> {
  let shown: string | undefined
  while (!signal.aborted) {
    const { text, isOver } = await look()
    if (isTerminal)
      show(`\u001b[H\u001b[2J${text}${isOver ? '' : `\n\n${dim('Press Ctrl-C to stop watching')}`}`)
    else if (text !== shown) show(shown === undefined ? text : `\n${text}`)
    shown = text
    if (isOver) return
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}

/** Each look opens the database for itself: a bot that starts or stops meanwhile is not kept out of it. */
export async function watch(look: () => Promise<Look>): Promise<void> {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop)
  try {
    const isTerminal = process.stdout.isTTY
    await watchOn(look, { isTerminal, print, everyMs: EVERY_MS, signal: stopping.signal })
  } finally {
    process.off('SIGINT', stop)
  }
}
