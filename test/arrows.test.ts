// Who may import whom. An arrow that is not drawn here is a decision to take, not an import to add.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, test } from 'node:test'

const SRC = resolve(import.meta.dirname, '../src')

interface Import {
  file: string
  /** Path inside src for our own files (`db/store/open.ts`), else the package's name (`zod`, `node:fs`). */
  to: string
  isOurs: boolean
}

const packageOf = (name: string): string =>
  name.startsWith('node:')
    ? name
    : name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/')

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  const found = text.matchAll(
    /^(?:import|export|\})[^'\n]* from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...found].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? ''
    const isOurs = name.startsWith('.')
    const to = isOurs ? relative(SRC, resolve(SRC, dirname(file), name)) : packageOf(name)
    return { file, to, isOurs }
  })
}

const files = globSync('**/*.ts', { cwd: SRC })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => !file.startsWith('db/generated/'))
const imports = files.flatMap(importsOf)
const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : file)

/** Folder → folders it may import from. Files of src itself (app.ts, start.ts, main.js) wire everything. */
const folders: Record<string, string[]> = {
  domain: [],
  db: ['domain'],
  queue: ['db'],
  connectors: ['domain'],
  workflow: ['domain', 'db'],
  // Who may read, start and replay: asked by every surface.
  access: ['domain', 'db', 'workflow'],
  pipeline: ['domain', 'db', 'queue', 'workflow', 'connectors', 'access'],
  http: ['domain', 'pipeline', 'workflow'],
  slack: ['domain', 'db', 'access', 'pipeline', 'workflow', 'config.ts'],
  // The digest as text is the card's text; `check` asks Slack (or the local one) for channels; `start` runs everything.
  cli: [
    'domain',
    'db',
    'access',
    'queue',
    'workflow',
    'pipeline',
    // Reads the anchor of the audit, for `audit verify`, and tries connections.
    'connectors',
    'explain',
    'slack',
    // `send` signs as a sender does.
    'http',
    'config.ts',
    'local-secrets.ts',
    'local-slack-process.ts',
    'start.ts',
    'start-problem.ts',
    'tracing',
  ],
  explain: ['domain', 'db'],
  // Parts of the wiring: which stage serves a job, a look, a deed.
  roles: ['db', 'queue', 'connectors', 'pipeline', 'slack'],
  // Wraps what the pipeline and the notifier do, so that they know nothing of it.
  tracing: ['domain', 'db', 'pipeline', 'slack', 'config.ts'],
  'local-slack': [],
}

/** Stage → stages it may use, with what for. */
const stages: Record<string, Record<string, string>> = {
  capture: {},
  decide: {
    exception: 'opens what cannot go on',
    enrich: 'resolves lookups on its way',
    resume: 'asks for a pause',
    drift: 'asks what arrived in another shape',
  },
  enrich: { decide: 'goes on with the decision once its lookups are there' },
  act: {
    decide: 'knows how a route ends',
    exception: 'opens what cannot go on',
    capture: 'an action may emit an event',
    resume: 'asks for a pause',
  },
  exception: { decide: 'checks corrected fields as the first time' },
  resume: {
    exception: 'opens what never gets on, and says who may resolve',
    decide: 'reads the body of an event that is replayed',
  },
  drift: {
    decide: 'reads the body of an event',
    exception: 'opens the one about a change',
    resume: 'closes it, and replays what waited',
  },
  watch: { exception: 'opens what it finds', resume: 'closes what has recovered' },
  digest: { watch: 'looks in its rounds' },
}

const PURE = new Set([
  '@marcbachmann/cel-js',
  'cron-parser',
  'date-holidays',
  'fastest-levenshtein',
  'luxon',
  // Hashes compute.
  'node:crypto',
  // To load a library of this list when it is first needed.
  'node:module',
  // Reads a content type.
  'node:util',
  // Both read what they are given whole.
  '@remix-run/multipart-parser',
  '@rgrove/parse-xml',
  'big.js',
  're2js',
  'zod',
])
const stageOf = (file: string) => (file.startsWith('pipeline/') ? file.split('/')[1] : undefined)
/** The log, the places where a test may kill the process, and how work of one moment shares commits and the thread. */
const OPEN = new Set(['log.ts', 'fail-point.ts', 'shared-commits.ts', 'turns.ts'])
const lines = (wrong: Import[]): string[] => wrong.map(({ file, to }) => `${file} imports ${to}`)

const linesOf = (file: string): number => readFileSync(join(SRC, file), 'utf8').trimEnd().split('\n').length

describe('import arrows', () => {
  test('every import was understood', () => {
    assert.ok(files.length > 200)
    assert.ok(imports.length > files.length)
    assert.deepEqual(
      lines(
        imports.filter(
          ({ to, isOurs }) =>
            isOurs && !to.startsWith('db/generated/') && !to.endsWith('package.json') && !files.includes(to),
        ),
      ),
      [],
    )
  })

  test('every folder imports only from folders it may know', () => {
    const known = new Set(Object.keys(folders))
    assert.deepEqual(
      [...new Set(files.filter((file) => file.includes('/')).map(folderOf))].filter(
        (name) => !known.has(name),
      ),
      [],
    )
    const wrong = imports.filter(({ file, to, isOurs }) => {
      const from = folderOf(file)
      if (!isOurs || !known.has(from) || to.startsWith('..') || (OPEN.has(to) && from !== 'domain'))
        return false
      return folderOf(to) !== from && !folders[from]?.includes(folderOf(to))
    })
    assert.deepEqual(lines(wrong), [])
  })

  test('no room holds more files than one keeps in mind, and no file more than one reads at once', () => {
    const counts = new Map<string, number>()
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 25),
      [],
    )
    assert.deepEqual(
      files.filter((file) => linesOf(file) > 250),
      [],
    )
  })

  test('the domain is pure: no I/O, no clock of its own, only libraries that compute', () => {
    const wrong = imports.filter(
      ({ file, to, isOurs }) => folderOf(file) === 'domain' && !isOurs && !PURE.has(to),
    )
    assert.deepEqual(lines(wrong), [])
  })

  test('a stage uses another stage only where it is said why', () => {
    const wrong = imports.filter(({ file, to, isOurs }) => {
      const from = stageOf(file)
      const other = isOurs ? stageOf(to) : undefined
      return from !== undefined && other !== undefined && from !== other && !stages[from]?.[other]
    })
    assert.deepEqual(lines(wrong), [])
  })

  test('the local Slack and the bot share nothing but the wire', () => {
    const inward = imports.filter(
      ({ file, to, isOurs }) => isOurs && folderOf(to) === 'local-slack' && folderOf(file) !== 'local-slack',
    )
    // The process that starts it knows its entry point and what it says when it is ready.
    assert.deepEqual(lines(inward.filter(({ file }) => file !== 'local-slack-process.ts')), [])
  })

  test('only src/db speaks Prisma', () => {
    const wrong = imports.filter(
      ({ file, to }) =>
        folderOf(file) !== 'db' && (to.startsWith('@prisma/') || to.startsWith('db/generated')),
    )
    assert.deepEqual(lines(wrong), [])
  })

  test('only src/slack uses Slack’s libraries; the local Slack takes their types alone', () => {
    const wrong = imports.filter(
      ({ file, to }) => to.startsWith('@slack/') && !['slack', 'local-slack'].includes(folderOf(file)),
    )
    assert.deepEqual(lines(wrong), [])
  })

  test('every package is one that package.json names for whoever runs the bot', () => {
    const { dependencies } = JSON.parse(readFileSync(join(SRC, '../package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    const wrong = imports.filter(
      ({ to, isOurs }) => !isOurs && !to.startsWith('node:') && !(to in dependencies),
    )
    assert.deepEqual(lines(wrong), [])
  })

  test('only src/config.ts reads the environment', () => {
    // The local Slack is a program of its own; whoever starts it hands the environment on; start.ts asks whether
    // npm started it; fail-point.ts is for tests that kill the process.
    const others = ['config.ts', 'fail-point.ts', 'start.ts', 'local-slack-process.ts', 'local-slack/main.ts']
    const wrong = files.filter(
      (file) => !others.includes(file) && readFileSync(join(SRC, file), 'utf8').includes('process.env'),
    )
    assert.deepEqual(wrong, [])
  })
})
