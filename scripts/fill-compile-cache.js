// Loads all that the bot and its commands load, also what they load only when it is needed, so that what Node strips and
// compiles of it is kept. For an image, whose file system is read-only later.
await import('../src/runtime.js')
for (const part of ['start', 'slack/listen', 'db/migrations/apply', 'db/embedded', 'cli/program'])
  await import(`../src/${part}.ts`)
for (const library of ['@electric-sql/pglite', '@marcbachmann/cel-js']) await import(library)
const { subcommands } = await import('../src/cli/subcommands.ts')
for (const { load } of subcommands) await load()
