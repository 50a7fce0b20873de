#!/usr/bin/env node
// Plain JavaScript that any Node can read: it starts the real command on a Node that runs TypeScript, else itself
// again on the one that package.json pins.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FIRST_NODE_THAT_RUNS_TYPESCRIPT = [22, 18]
const itself = fileURLToPath(import.meta.url)
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)
const [needMajor, needMinor] = FIRST_NODE_THAT_RUNS_TYPESCRIPT

if (major > needMajor || (major === needMajor && minor >= needMinor)) {
  await import('../src/runtime.js')
  await import('../src/cli/main.ts')
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [itself, ...process.argv.slice(2)], { stdio: 'inherit' })
  // The child gets the terminal's signals itself; this one only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
} else {
  console.error(
    `signalbox needs Node ${needMajor}.${needMinor} or later; this is ${process.versions.node}. Run "npm ci" first: it brings one.`,
  )
  process.exit(1)
}
