// The subcommands of `signalbox`, in the order of its help. What one does, and all that it needs for that, is loaded only
// when it is called: loading all of them took twenty times as long as Node itself.
import type { Command } from 'commander'

interface Subcommand {
  name: string
  /** What its line in the help says that it takes. */
  takes: string
  does: string
  /** Adds arguments, options, examples and the action. */
  load: () => Promise<(command: Command) => void>
}

export const subcommands: readonly Subcommand[] = [
  {
    name: 'start',
    takes: '[options]',
    does: 'run the bot (and, where no workspace is configured, the local Slack)',
    load: async () => (await import('./commands/operations/start.ts')).addStart,
  },
  {
    name: 'send',
    takes: '[options] <workflow> [file]',
    does: 'post an event to the running bot, signed as its sender signs',
    load: async () => (await import('./commands/runs/send.ts')).addSend,
  },
  {
    name: 'sources',
    takes: '[options] [preset]',
    does: 'the senders that have a preset: what is checked of each, its id, what it sends at once',
    load: async () => (await import('./commands/operations/sources.ts')).addSources,
  },
  {
    name: 'new',
    takes: '[options] [name]',
    does: 'write a first workflow file that passes check; asks what it needs to know',
    load: async () => (await import('./commands/workflows/new.ts')).addNew,
  },
  {
    name: 'check',
    takes: '[options] [dir]',
    does: 'check workflow files and run the tests in them; publishes nothing',
    load: async () => (await import('./commands/workflows/check.ts')).addCheck,
  },
  {
    name: 'plan',
    takes: '[options] [dir]',
    does: 'say what apply would change, in words and as a diff; publishes nothing',
    load: async () => (await import('./commands/workflows/plan.ts')).addPlan,
  },
  {
    name: 'simulate',
    takes: '[options] <workflow>',
    does: 'run recorded events through a draft, without effects, and say what would move',
    load: async () => (await import('./commands/workflows/simulate.ts')).addSimulate,
  },
  {
    name: 'shadow',
    takes: '[options] <workflow>',
    does: 'let a version decide beside the live one, and see what it would do otherwise',
    load: async () => (await import('./commands/workflows/shadow.ts')).addShadow,
  },
  {
    name: 'apply',
    takes: '[options] [dir]',
    does: 'check workflow files and publish what changed as new versions',
    load: async () => (await import('./commands/workflows/apply.ts')).addApply,
  },
  {
    name: 'versions',
    takes: '[options] <workflow>',
    does: 'the versions of a workflow, newest first, with who published them',
    load: async () => (await import('./commands/workflows/versions.ts')).addVersions,
  },
  {
    name: 'rollback',
    takes: '[options] <workflow> <version>',
    does: 'point a workflow at one of its versions again',
    load: async () => (await import('./commands/workflows/rollback.ts')).addRollback,
  },
  {
    name: 'list',
    takes: '[options]',
    does: 'the published workflows, with what waits in each',
    load: async () => (await import('./commands/runs/list.ts')).addList,
  },
  {
    name: 'status',
    takes: '[options] <what>',
    does: 'state, last success, failed action, owner, retry and outcome of a run',
    load: async () => (await import('./commands/runs/status.ts')).addStatus,
  },
  {
    name: 'explain',
    takes: '[options] <run>',
    does: 'what arrived, what we knew, which rule decided, where it stopped and how it ended',
    load: async () => (await import('./commands/runs/explain.ts')).addExplain,
  },
  {
    name: 'resolve',
    takes: '[options] <what>',
    does: 'approve, decline, retry, fix, mark done or dismiss an open exception',
    load: async () => (await import('./commands/runs/resolve.ts')).addResolve,
  },
  {
    name: 'retry',
    takes: '[options] <what>',
    does: 'go on with a run from the step that failed',
    load: async () => (await import('./commands/runs/resolve.ts')).addRetry,
  },
  {
    name: 'ledger',
    takes: '[options]',
    does: 'accepted = outcomes + open exceptions + in flight; unaccounted must be 0',
    load: async () => (await import('./commands/operations/ledger.ts')).addLedger,
  },
  {
    name: 'digest',
    takes: '[options]',
    does: 'the digest of a week: as it was posted, with what came to light since',
    load: async () => (await import('./commands/runs/digest.ts')).addDigest,
  },
  {
    name: 'export',
    takes: '[options] [workflow]',
    does: 'write the current version of a workflow, or of all, as files',
    load: async () => (await import('./commands/workflows/export.ts')).addExport,
  },
  {
    name: 'schema',
    takes: '[options] [kind]',
    does: 'the JSON Schema of workflow files, for editors',
    load: async () => (await import('./commands/workflows/schema.ts')).addSchema,
  },
  {
    name: 'audit',
    takes: '',
    does: 'who did what, and whether that is still what was written',
    load: async () => (await import('./commands/operations/audit.ts')).addAudit,
  },
  {
    name: 'doctor',
    takes: '[options]',
    does: 'look at database, migrations, clock, targets, Slack tokens, scopes, channels and messages, secrets and workflows',
    load: async () => (await import('./commands/operations/doctor.ts')).addDoctor,
  },
  {
    name: 'backup',
    takes: '<file>',
    does: 'copy the embedded database into a file (the bot must be stopped)',
    load: async () => (await import('./commands/operations/backup.ts')).addBackup,
  },
  {
    name: 'restore',
    takes: '<file>',
    does: 'put a backup into DATA_DIR, which must hold no database',
    load: async () => (await import('./commands/operations/backup.ts')).addRestore,
  },
  {
    name: 'table',
    takes: '',
    does: 'reference tables that workflows look things up in',
    load: async () => (await import('./commands/workflows/table.ts')).addTable,
  },
  {
    name: 'connections',
    takes: '[options] [dir]',
    does: 'the connections of signalbox.yaml with the secrets they need, or the presets for them',
    load: async () => (await import('./commands/workflows/connections.ts')).addConnections,
  },
  {
    name: 'connection',
    takes: '',
    does: 'try one of them: can it be reached, and do your credentials work',
    load: async () => (await import('./commands/workflows/connection.ts')).addConnection,
  },
  {
    name: 'pause',
    takes: '[options]',
    does: 'let runs wait; events are captured meanwhile. Without an option: what is paused, and targets that rest',
    load: async () => (await import('./commands/operations/pause.ts')).addPause,
  },
  {
    name: 'resume',
    takes: '[options]',
    does: 'end a pause; what waited goes on',
    load: async () => (await import('./commands/operations/pause.ts')).addResume,
  },
  {
    name: 'drain',
    takes: '[options]',
    does: 'pause everything and wait until nothing is in hand: before a deploy',
    load: async () => (await import('./commands/operations/drain.ts')).addDrain,
  },
  {
    name: 'reveal',
    takes: '[options] <run>',
    does: 'show the secret and personal fields of a run; that you looked is written down',
    load: async () => (await import('./commands/runs/reveal.ts')).addReveal,
  },
  {
    name: 'prune',
    takes: '[options]',
    does: 'empty data that is older than signalbox.yaml keeps it; open work never',
    load: async () => (await import('./commands/operations/prune.ts')).addPrune,
  },
  {
    name: 'erase',
    takes: '[options]',
    does: 'empty what the ended runs of one subject hold, for good; the audit keeps that you did',
    load: async () => (await import('./commands/operations/erase.ts')).addErase,
  },
  {
    name: 'replay',
    takes: '',
    does: 'an event again, as a new run linked to the old',
    load: async () => (await import('./commands/runs/replay.ts')).addReplay,
  },
]
