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
    does: 'run the bot, with the local Slack where no workspace is configured',
    load: async () => (await import('./commands/operations/start.ts')).addStart,
  },
  {
    name: 'send',
    takes: '[options] <to> [file]',
    does: 'send an event to the running bot, signed as its sender signs it',
    load: async () => (await import('./commands/runs/send.ts')).addSend,
  },
  {
    name: 'sources',
    takes: '[options] [name]',
    does: 'list the sources of the workspace, and the senders with a preset',
    load: async () => (await import('./commands/operations/sources.ts')).addSources,
  },
  {
    name: 'new',
    takes: '[options] [name]',
    does: 'create a workflow file that passes check; asks a few questions',
    load: async () => (await import('./commands/workflows/new.ts')).addNew,
  },
  {
    name: 'check',
    takes: '[options] [dir]',
    does: 'check workflow files and run their tests; publishes nothing',
    load: async () => (await import('./commands/workflows/check.ts')).addCheck,
  },
  {
    name: 'plan',
    takes: '[options] [dir]',
    does: 'show what apply would change, in words and as a diff; publishes nothing',
    load: async () => (await import('./commands/workflows/plan.ts')).addPlan,
  },
  {
    name: 'simulate',
    takes: '[options] <workflow>',
    does: 'run recorded events through a draft, without effects, and show what would change',
    load: async () => (await import('./commands/workflows/simulate.ts')).addSimulate,
  },
  {
    name: 'shadow',
    takes: '[options] <workflow>',
    does: 'run a version alongside the live one, without effects, and compare their decisions',
    load: async () => (await import('./commands/workflows/shadow.ts')).addShadow,
  },
  {
    name: 'apply',
    takes: '[options] [dir]',
    does: 'check workflow files and publish the changed ones as new versions',
    load: async () => (await import('./commands/workflows/apply.ts')).addApply,
  },
  {
    name: 'versions',
    takes: '[options] <workflow>',
    does: 'list the versions of a workflow, newest first, with who published them',
    load: async () => (await import('./commands/workflows/versions.ts')).addVersions,
  },
  {
    name: 'rollback',
    takes: '[options] <workflow> <version>',
    does: 'make an earlier version of a workflow current again',
    load: async () => (await import('./commands/workflows/rollback.ts')).addRollback,
  },
  {
    name: 'list',
    takes: '[options]',
    does: 'list the published workflows, with what needs attention in each',
    load: async () => (await import('./commands/runs/list.ts')).addList,
  },
  {
    name: 'status',
    takes: '[options] <what>',
    does: 'show state, last success, failed action, owner, retry and outcome of a run or workflow; what a source sent',
    load: async () => (await import('./commands/runs/status.ts')).addStatus,
  },
  {
    name: 'explain',
    takes: '[options] <run>',
    does: 'show all about a run: event, record, deciding rule, exceptions, outcome, manual steps',
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
    does: 'continue a run from the step that failed',
    load: async () => (await import('./commands/runs/resolve.ts')).addRetry,
  },
  {
    name: 'ledger',
    takes: '[options]',
    does: 'show that received = completed + needs attention + running; unaccounted must be 0',
    load: async () => (await import('./commands/operations/ledger.ts')).addLedger,
  },
  {
    name: 'subscriptions',
    takes: '[options] [name]',
    does: 'list who is told of runs, exceptions and digests, and what was sent; send it again',
    load: async () => (await import('./commands/operations/subscriptions.ts')).addSubscriptions,
  },
  {
    name: 'digest',
    takes: '[options]',
    does: 'show the digest of a week, as posted, with corrections since',
    load: async () => (await import('./commands/runs/digest.ts')).addDigest,
  },
  {
    name: 'export',
    takes: '[options] [workflow]',
    does: 'write the current version of one workflow, or all, as files',
    load: async () => (await import('./commands/workflows/export.ts')).addExport,
  },
  {
    name: 'schema',
    takes: '[options] [kind]',
    does: 'print the JSON Schema of workflow files, for editors',
    load: async () => (await import('./commands/workflows/schema.ts')).addSchema,
  },
  {
    name: 'audit',
    takes: '',
    does: 'show who did what, and verify that nobody changed the record',
    load: async () => (await import('./commands/operations/audit.ts')).addAudit,
  },
  {
    name: 'doctor',
    takes: '[options]',
    does: 'check the database, migrations, clock, targets, Slack, secrets and workflows',
    load: async () => (await import('./commands/operations/doctor.ts')).addDoctor,
  },
  {
    name: 'backup',
    takes: '<file>',
    does: 'copy the embedded database to a file (stop the bot first)',
    load: async () => (await import('./commands/operations/backup.ts')).addBackup,
  },
  {
    name: 'restore',
    takes: '<file>',
    does: 'restore a backup into DATA_DIR, which must not hold a database',
    load: async () => (await import('./commands/operations/backup.ts')).addRestore,
  },
  {
    name: 'table',
    takes: '',
    does: 'import and list the reference tables that lookups read',
    load: async () => (await import('./commands/workflows/table.ts')).addTable,
  },
  {
    name: 'connections',
    takes: '[options] [dir]',
    does: 'list the connections in signalbox.yaml with their secrets, or the presets for them',
    load: async () => (await import('./commands/workflows/connections.ts')).addConnections,
  },
  {
    name: 'connection',
    takes: '',
    does: 'test a connection: can it be reached, and do your credentials work',
    load: async () => (await import('./commands/workflows/connection.ts')).addConnection,
  },
  {
    name: 'pause',
    takes: '[options]',
    does: 'put runs on hold, while events are still captured. Without an option: what is paused, and open circuits',
    load: async () => (await import('./commands/operations/pause.ts')).addPause,
  },
  {
    name: 'resume',
    takes: '[options]',
    does: 'end a pause; runs on hold continue',
    load: async () => (await import('./commands/operations/pause.ts')).addResume,
  },
  {
    name: 'drain',
    takes: '[options]',
    does: 'pause everything and wait until nothing is running: before a deploy',
    load: async () => (await import('./commands/operations/drain.ts')).addDrain,
  },
  {
    name: 'reveal',
    takes: '[options] <run>',
    does: 'show the secret and personal fields of a run; the audit records that you looked',
    load: async () => (await import('./commands/runs/reveal.ts')).addReveal,
  },
  {
    name: 'prune',
    takes: '[options]',
    does: 'clear data older than the retention in signalbox.yaml, never of open work',
    load: async () => (await import('./commands/operations/prune.ts')).addPrune,
  },
  {
    name: 'erase',
    takes: '[options]',
    does: "permanently clear the data of a subject's completed runs; the audit records that you did",
    load: async () => (await import('./commands/operations/erase.ts')).addErase,
  },
  {
    name: 'replay',
    takes: '',
    does: 'run an event again, as a new run linked to the original',
    load: async () => (await import('./commands/runs/replay.ts')).addReplay,
  },
  {
    name: 'completion',
    takes: '<shell>',
    does: 'print the completion script of bash, zsh or fish',
    load: async () => (await import('./commands/operations/completion.ts')).addCompletion,
  },
]
