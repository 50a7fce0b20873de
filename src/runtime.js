// What holds for Node itself, before anything else is loaded. Plain JavaScript, like the programs that import it: for
// one file of TypeScript that is not in the cache yet, Node loads a compiler that stays, of 18 MB.
import module from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

const FLAGS = [
  // A full collection when the heap has grown by 20 %, not to the double and more: under load most of it was garbage.
  '--heap-growing-percent=20',
  // V8's optimising compiler takes 40 MB for Prisma's query compiler, and 580 MB and seconds of processor time for one
  // giant function of the embedded PostgreSQL. What its quick compiler makes does 3,000 inserts there in less
  // processor time than both together.
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
]
// First the flags: what is kept was compiled under them, and is of no use under others.
for (const flag of FLAGS) setFlagsFromString(flag)
// What was stripped and compiled is kept for the next start. In our own folder, not in a /tmp that others write to.
module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'))
