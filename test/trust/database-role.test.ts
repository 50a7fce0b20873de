// The bot's own database role, taken over: whoever holds its password tries to become more, to change an audit row, and
// to remove the trace of an erasure. On a fresh database, set up in the order that deploy/grants.sql names.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after as afterAll, before as beforeAll, describe, test } from 'node:test'
import { Client } from 'pg'
import { PgBoss } from 'pg-boss'
import { addAudit } from '../../src/db/audit/audit.ts'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import { dropAnswersBefore, keepAnswer } from '../../src/db/lookups/lookup-answers.ts'
import { claimImport, writePart } from '../../src/db/lookups/lookup-imports.ts'
import { type Database, openDatabase } from '../../src/db/store/open.ts'
import { dueNow, keepSchedules, takeDue } from '../../src/db/workflows/schedules.ts'
import { foldCounters } from '../../src/db/digest/counters.ts'
import { importTable } from '../../src/pipeline/enrich/import-table.ts'
import { type Bot, startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { startTarget } from '../target.ts'
import { changesOfWhatIsOver, makeOver } from './over.ts'

const server = process.env['TEST_DATABASE'] === 'embedded' ? undefined : process.env['TEST_DATABASE_URL']
const flow = `
workflow: refunds
owner: "@ada"
trigger: { webhook: { verify: { scheme: none }, id: event.id, when: has(event.id) } }
subject: event.id
fields: { id: { type: string } }
rules: [{ rule: all, when: 'true', route: end }]
routes: { end: { outcome: achieved } }
`

/** What the owner would run, or take for the name of a table, of a queue, of a version of the queue. */
const forTheOwner = [
  `INSERT INTO pgboss.bam (name, version, table_name, command) VALUES ('x', 1, 'job_common', 'CREATE TABLE public.ran ()')`,
  'UPDATE pgboss.version SET bam_on = NULL',
  'UPDATE pgboss.version SET version = 1',
  `INSERT INTO pgboss.version (version) VALUES (1)`,
  'DELETE FROM pgboss.version',
  `UPDATE pgboss.queue SET table_name = 'job_common; CREATE TABLE public.ran ()'`,
  `UPDATE pgboss.queue SET name = 'x'`,
  `UPDATE pgboss.queue SET partition = false`,
  `UPDATE pgboss.queue SET policy = 'short', dead_letter = 'act', notify = false`,
  'DELETE FROM pgboss.queue',
  `SELECT pgboss.create_queue('x', '{}')`,
  `SELECT pgboss.delete_queue('decide')`,
  `SELECT pgboss.job_table_run_async('x', 1, 'CREATE TABLE public.ran ()')`,
  `INSERT INTO pgboss.schedule (name, key, cron) VALUES ('decide', 'x', '* * * * *')`,
  `INSERT INTO pgboss.subscription (event, name) VALUES ('x', 'decide')`,
  `INSERT INTO pgboss.warning (type, message) VALUES ('x', 'x')`,
  `INSERT INTO pgboss.job_dependency (child_name, child_id, parent_name, parent_id)
   VALUES ('act', gen_random_uuid(), 'act', gen_random_uuid())`,
  'TRUNCATE pgboss.job',
]

/** What somebody does in one session of the role. Some of it may be allowed: what counts is what it comes to. */
const attacks: { how: string; statements: string[] }[] = [
  {
    how: 'changing what a source sent, or whose it is',
    statements: [
      `UPDATE delivery SET body = '', content_hash = NULL`,
      `UPDATE delivery SET wanted = 0, erased = 0`,
      `UPDATE delivery SET redeliveries = redeliveries - 1`,
      `SET signalbox.erasing = 'on'`,
      `UPDATE delivery SET erased = wanted, body = '', content_hash = NULL`,
      `UPDATE event SET delivery_id = NULL`,
      'DELETE FROM delivery',
    ],
  },
  {
    how: 'a temporary table in place of audit_head, with a trigger function that runs as the owner',
    statements: [
      'CREATE TEMP TABLE audit_head (LIKE public.audit_head INCLUDING ALL)',
      'GRANT ALL ON pg_temp.audit_head TO PUBLIC',
      `CREATE FUNCTION pg_temp.take() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE 'GRANT ALL ON public.audit TO ROLE_NAME'; RETURN NEW; END $$`,
      'CREATE TRIGGER take BEFORE INSERT ON pg_temp.audit_head FOR EACH ROW EXECUTE FUNCTION pg_temp.take()',
      'SET search_path = pg_temp, public',
      'AUDIT_ROW',
    ],
  },
  {
    how: 'a function of the queue’s schema in place of one of the catalog',
    statements: [
      `CREATE FUNCTION pgboss.sha256(bytea) RETURNS bytea LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE 'GRANT ALL ON public.audit TO ROLE_NAME'; RETURN $1; END $$`,
      'SET search_path = pgboss, public, pg_catalog',
      'AUDIT_ROW',
    ],
  },
  {
    how: 'an operator in place of one of the catalog',
    statements: [
      `CREATE FUNCTION public.plus(bigint, integer) RETURNS bigint LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE 'GRANT ALL ON public.audit TO ROLE_NAME'; RETURN $1; END $$`,
      'CREATE OPERATOR public.+ (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = public.plus)',
      'SET search_path = public, pg_catalog',
      'AUDIT_ROW',
    ],
  },
  {
    how: 'the chain’s function as a trigger of one’s own table',
    statements: [
      'CREATE TEMP TABLE mine (LIKE public.audit)',
      'CREATE TRIGGER chain BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION public.signalbox_audit_chain()',
      `INSERT INTO mine (id, at, actor, surface, action, target) VALUES (1, now(), 'x', 'x', 'x', 'x')`,
    ],
  },
  {
    how: 'the chain’s functions called',
    statements: [
      'SELECT public.signalbox_audit_chain()',
      'SELECT public.signalbox_audit_link(a) FROM public.audit a',
    ],
  },
  {
    how: 'a replaced function of ours',
    statements: [
      `CREATE OR REPLACE FUNCTION public.signalbox_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
      'ALTER FUNCTION public.signalbox_audit_chain() RESET ALL',
      'ALTER FUNCTION public.signalbox_audit_chain() SET search_path = pg_temp',
      'DROP FUNCTION public.signalbox_audit_append_only() CASCADE',
    ],
  },
  {
    how: 'a replaced function of the queue, for the owner to run',
    statements: [
      `CREATE OR REPLACE FUNCTION pgboss.create_queue(queue_name text, options jsonb) RETURNS void LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE 'GRANT ALL ON public.audit TO ROLE_NAME'; END $$`,
    ],
  },
  {
    how: 'a trigger on the queue’s tables, for the owner to run',
    statements: [
      `CREATE FUNCTION pgboss.take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
      'CREATE TRIGGER take BEFORE INSERT ON pgboss.job FOR EACH ROW EXECUTE FUNCTION pgboss.take()',
      'CREATE TRIGGER take BEFORE INSERT ON pgboss.job FOR EACH ROW EXECUTE FUNCTION public.signalbox_immutable()',
    ],
  },
  {
    how: 'a rule or a view in place of a table',
    statements: [
      'CREATE RULE take AS ON INSERT TO public.audit DO INSTEAD NOTHING',
      'CREATE VIEW public.audit2 AS SELECT 1',
      'CREATE TABLE public.mine ()',
      'CREATE SCHEMA mine',
      'CREATE TABLE pgboss.mine ()',
    ],
  },
  {
    how: 'another role, or other rights',
    statements: [
      'SET ROLE OWNER_NAME',
      'SET SESSION AUTHORIZATION OWNER_NAME',
      'GRANT OWNER_NAME TO ROLE_NAME',
      'ALTER ROLE ROLE_NAME SUPERUSER',
      'ALTER ROLE ROLE_NAME CREATEROLE',
      'CREATE ROLE signalbox_other SUPERUSER',
      'GRANT ALL ON public.audit TO ROLE_NAME',
    ],
  },
  {
    how: 'settings that switch triggers off',
    statements: [
      'SET session_replication_role = replica',
      "SELECT set_config('session_replication_role', 'replica', false)",
      'ALTER ROLE ROLE_NAME SET session_replication_role = replica',
      'ALTER TABLE public.audit DISABLE TRIGGER ALL',
      "UPDATE public.audit SET note = 'another'",
    ],
  },
  {
    how: 'an anonymous block',
    statements: [
      `DO $$ BEGIN EXECUTE 'UPDATE public.audit SET note = NULL'; END $$`,
      `DO $$ BEGIN PERFORM set_config('signalbox.erasing', 'on', false); UPDATE public.audit SET salt = NULL; END $$`,
    ],
  },
  {
    how: 'ownership',
    statements: [
      'ALTER TABLE public.audit OWNER TO ROLE_NAME',
      'ALTER SCHEMA public OWNER TO ROLE_NAME',
      'ALTER FUNCTION public.signalbox_audit_chain() OWNER TO ROLE_NAME',
      'REASSIGN OWNED BY OWNER_NAME TO ROLE_NAME',
      'DROP OWNED BY OWNER_NAME',
    ],
  },
  {
    how: 'files and programs of the server',
    statements: [
      "COPY public.audit FROM PROGRAM 'true'",
      "COPY public.audit TO '/tmp/signalbox-audit'",
      "SELECT pg_read_file('/etc/passwd')",
      'CREATE EXTENSION plpython3u',
    ],
  },
  {
    how: 'the audit’s rows and their end',
    statements: [
      "UPDATE public.audit SET action = 'nothing'",
      'DELETE FROM public.audit',
      'TRUNCATE public.audit',
      'SELECT * FROM public.audit FOR UPDATE',
      "UPDATE public.audit_head SET hash = ''",
      'DELETE FROM public.audit_head',
      "INSERT INTO public.audit_head (place, row, hash) VALUES (1, 0, '')",
      `INSERT INTO public.audit (id, at, actor, surface, action, target) VALUES (1, now(), 'x', 'x', 'x', 'x') ON CONFLICT (id) DO UPDATE SET note = 'x'`,
      `MERGE INTO public.audit a USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`,
    ],
  },
  {
    how: 'a forged row with a place and sums of one’s own choice',
    statements: [
      `INSERT INTO public.audit (id, at, actor, surface, action, target, salt, content_hash, previous, hash)
       VALUES (1, now(), 'U1', 'cli', 'made.up', 'x', '', 'a', 'b', 'c')`,
    ],
  },
  {
    how: 'the trace of an erasure',
    statements: [
      "SET signalbox.erasing = 'on'",
      "DELETE FROM public.audit WHERE action = 'subject.erased'",
      'UPDATE public.audit SET before = NULL, after = NULL, note = NULL, salt = NULL',
      'UPDATE public.run SET erased = NULL',
      `UPDATE public.run SET erased = '{"audit": {"at": "2026-01-01T00:00:00Z", "by": "U1"}}'`,
      "UPDATE public.event SET body = ''",
      "UPDATE public.decision SET inputs = '{}'",
      'DELETE FROM public.event',
      'DELETE FROM public.run',
    ],
  },
  { how: 'what is over', statements: changesOfWhatIsOver },
  {
    how: 'what was counted',
    statements: [
      'SELECT public.signalbox_fold_counters(now())',
      `SELECT public.signalbox_fold_counters('infinity')`,
      'DELETE FROM counter',
      'UPDATE counter SET count = 0',
      `UPDATE counter SET metric = 'another'`,
      'DELETE FROM counter_total',
      'UPDATE counter_total SET count = count + 1',
      `INSERT INTO counter_total (workflow_key, metric, count) VALUES ('refunds', 'made_up', 1)`,
      `UPDATE counter_span SET counts = '{}'`,
      'TRUNCATE counter, counter_span, counter_total',
    ],
  },
  {
    how: 'what is over, as if it were an erasure',
    statements: [
      "SET signalbox.erasing = 'on'",
      ...changesOfWhatIsOver,
      `UPDATE record SET fields = '{}', sources = '{}', corrections = '{}'`,
      `UPDATE exception SET detail = '', data = '{}', resolved_note = NULL, fingerprint = workflow_key || '/' || reason,
         owner_spec = coalesce(owner_id, '')`,
      `UPDATE attempt SET request = '{}', answer = NULL, error = NULL`,
      'UPDATE outcome SET note = NULL',
    ],
  },
]

describe(
  'whoever holds the password of the bot’s role',
  { skip: server ? false : 'needs TEST_DATABASE_URL' },
  () => {
    const stop: (() => Promise<void>)[] = []
    const role = `signalbox_bot_r${process.pid}`
    const owner = `signalbox_owner_r${process.pid}`
    const name = `signalbox_role_${process.pid}`
    let db: Database
    let bot: Bot
    let files: string
    let env: { DATABASE_URL: string; DATA_DIR: string }
    const urlOf = (user: string): string => {
      const url = new URL(server ?? '')
      url.username = user
      url.password = 'correct horse'
      url.pathname = `/${name}`
      return url.href
    }
    beforeAll(async () => {
      const admin = new Client({ connectionString: server })
      await admin.connect()
      const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-role-'))
      for (const one of [role, owner]) await admin.query(`CREATE ROLE ${one} LOGIN PASSWORD 'correct horse'`)
      await admin.query(`CREATE DATABASE ${name} OWNER ${owner}`)
      stop.unshift(async () => {
        await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
        for (const one of [role, owner]) await admin.query(`DROP ROLE ${one}`)
        await admin.end()
        rmSync(dataDir, { recursive: true, force: true })
      })
      files = join(dataDir, 'workflows')
      await mkdir(files)
      await writeFile(join(files, 'refunds.yaml'), flow)
      const grants = (
        await readFile(join(import.meta.dirname, '../../deploy/grants.sql'), 'utf8')
      ).replaceAll('signalbox_bot', role)
      const asOwner = new Client({ connectionString: urlOf(owner) })
      await asOwner.connect()
      await assert.rejects(
        asOwner.query(grants),
        /no tables of Signalbox, or no queue/,
        'too early: it says so',
      )
      await asOwner.query('ROLLBACK')
      env = { DATABASE_URL: urlOf(owner), DATA_DIR: dataDir }
      const applied = await signalbox(env, 'apply', files)
      assert.equal(applied.code, 0, applied.stderr)
      await asOwner.query(grants)
      await asOwner.query(grants)
      await asOwner.end()

      db = await openDatabase({ databaseUrl: urlOf(owner), dataDir })
      const later = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
      const target = await startTarget(later)
      bot = await startBot(later, {
        env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' },
        database: {
          kind: 'server',
          options: { databaseUrl: urlOf(role), dataDir },
          env: { DATABASE_URL: urlOf(role), DATA_DIR: dataDir },
          remove: async () => {},
        },
      })
      stop.unshift(() => db.close())
      await makeOver(bot, target)
      await bot.publish({ refunds: flow })
      await bot.send('refunds', { id: '1042' })
      await bot.send('refunds', { id: '1043' })
      await bot.untilIdle()
      const erased = await signalbox(env, 'erase', '--subject', '1042', '--reason', 'asked for', '--yes')
      assert.equal(erased.code, 0, erased.stderr)
    })
    afterAll(async () => {
      for (const clean of stop) await clean()
    })

    const addRow = `INSERT INTO public.audit (at, actor, surface, action, target) VALUES (now(), 'U1', 'slack', 'x', 'x')`
    const named = (statement: string) =>
      statement.replaceAll('ROLE_NAME', role).replaceAll('OWNER_NAME', owner).replaceAll('AUDIT_ROW', addRow)

    /** What they could want, and how it stands. */
    const stands = async () => {
      const [rights] = await db.prisma.$queryRawUnsafe<Record<string, unknown>[]>(`
      SELECT (SELECT array_agg(p::text ORDER BY p) FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) p
              WHERE has_any_column_privilege('${role}', 'public.audit', CASE WHEN p IN ('UPDATE', 'REFERENCES') THEN p ELSE 'UPDATE' END)
                 OR has_table_privilege('${role}', 'public.audit', p)) AS audit,
             (SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = '${role}') AS is_more,
             pg_has_role('${role}', '${owner}', 'MEMBER') AS is_owner,
             (SELECT count(*)::int FROM pg_class WHERE relowner = '${role}'::regrole AND relpersistence <> 't') AS owns,
             (SELECT count(*)::int FROM pg_proc WHERE proowner = '${role}'::regrole) AS functions,
             (SELECT count(*)::int FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O') AS switched_off,
             (SELECT string_agg(proname || coalesce(proconfig::text, ''), ' ' ORDER BY proname)
              FROM pg_proc WHERE proname LIKE 'signalbox_audit%' OR prosecdef) AS guarded,
             (SELECT json_agg(json_build_array(id, erased) ORDER BY id)::text FROM run) AS runs,
             (SELECT md5(json_agg(r ORDER BY id)::text) FROM run r) AS all_runs,
             (SELECT md5(json_agg(r ORDER BY run_id)::text) FROM record r) AS records,
             (SELECT md5(json_agg(e ORDER BY id)::text) FROM exception e) AS exceptions,
             (SELECT md5(json_agg(a ORDER BY id)::text) FROM attempt a) AS attempts,
             (SELECT md5(json_agg(o ORDER BY run_id)::text) FROM outcome o) AS outcomes,
             (SELECT md5(json_agg(d ORDER BY id)::text) FROM delivery d) AS deliveries,
             (SELECT json_object_agg(metric, n)::text FROM (SELECT metric, sum(count) AS n FROM (
                SELECT metric, count FROM counter UNION ALL SELECT metric, count FROM counter_total) AS counts
              GROUP BY metric ORDER BY metric) AS sums) AS counted,
             (SELECT count(*)::int FROM event) AS events,
             (SELECT count(*)::int FROM audit WHERE action = 'subject.erased' AND salt IS NOT NULL) AS traces`)
      return rights
    }

    for (const { how, statements } of attacks) {
      test(`gains nothing by ${how}`, async () => {
        const as = await stands()
        const { fault: earlier, rows } = await verifyChain(db.prisma)
        assert.equal(earlier, undefined)
        const client = new Client({ connectionString: urlOf(role) })
        await client.connect()
        // Each as far as it goes: what the first is refused, the next may not need.
        for (const statement of statements) await client.query(named(statement)).catch(() => {})
        await client.end()
        assert.deepEqual(await stands(), as)
        const { fault, rows: now } = await verifyChain(db.prisma)
        assert.equal(fault, undefined)
        assert.ok(now >= rows)
        assert.equal(as?.['audit'], null)
        assert.equal(as?.['traces'], 1)
      })
    }

    for (const statement of forTheOwner) {
      test(`may not write what the owner of the queue runs or goes by: ${statement}`, async () => {
        await assert.rejects(bot.app.db.prisma.$executeRawUnsafe(statement), /permission denied/)
      })
    }

    test('has nothing run by the owner that stands in the queue’s table of commands, whoever wrote it', async () => {
      await db.prisma.$executeRawUnsafe(forTheOwner[0] ?? '')
      await db.prisma.$executeRaw`UPDATE pgboss.version SET bam_on = NULL`
      const { id } = await db.prisma.run.findFirstOrThrow({ where: { subject: '1043' } })
      for (const line of [
        ['apply', files],
        ['replay', id, '--as', '@ada'],
        ['drain', '--within', '5s'],
        ['resume', '--all'],
      ]) {
        const { code, stderr } = await signalbox(env, ...line)
        assert.equal(code, 0, `${line.join(' ')}: ${stderr}`)
      }
      const rows = await db.prisma.$queryRaw`
        SELECT b.status, to_regclass('public.ran')::text AS ran, v.bam_on FROM pgboss.bam b, pgboss.version v`
      assert.deepEqual(rows, [{ status: 'pending', ran: null, bam_on: null }])
      await db.prisma.$executeRaw`DELETE FROM pgboss.bam`
      await bot.untilIdle()
    })

    test('and the queue is looked after under it: jobs fail, run out of time and are cleared away', async () => {
      const faults: unknown[] = []
      const boss = new PgBoss({ ...bot.app.db.boss, schedule: false, supervise: false, migrate: false })
      boss.on('error', (error) => faults.push(error))
      await boss.start()
      // An hour before each try: the running bot would take the jobs before they are looked at.
      const later = { startAfter: 3600, retryDelay: 3600 }
      const [lost, failed] = [await boss.send('replay', {}, later), await boss.send('act', {}, later)]
      await db.prisma.$executeRaw`
        UPDATE pgboss.job SET state = 'active', started_on = now() - interval '1 hour', heartbeat_on = now() - interval '1 hour'
        WHERE id = ANY(${[lost, failed]}::uuid[])`
      await db.prisma
        .$executeRaw`UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL, maintain_on = NULL`
      await db.prisma.$executeRaw`UPDATE pgboss.version SET reindex_on = NULL, flow_on = NULL`
      await boss.supervise()
      await boss.resolveFlow()
      await boss.getQueueStats('act', { force: true })
      await boss.cancel('replay', lost ?? '')
      await boss.stop({ graceful: false })
      assert.deepEqual(faults, [])
      const [lostRow] = await db.prisma.$queryRaw<{ state: string }[]>`
        SELECT state::text FROM pgboss.job WHERE id = ${lost}::uuid`
      assert.equal(lostRow?.state, 'cancelled')
    })

    test('and the bot goes on under it: schedules, the purge of lookup answers, imports', async () => {
      const { prisma } = bot.app.db
      await keepAnswer(prisma, 'q', { value: 1, observedAt: new Date(0) })
      assert.equal(await dropAnswersBefore(prisma, new Date(1)), 1)
      const weekly = { key: 'digest:weekly', cron: '0 9 * * 1', timezone: 'UTC' }
      const about = { stored: undefined, now: new Date(), since: () => Promise.resolve(new Date(0)) }
      const due = await dueNow(prisma, weekly, about)
      assert.equal(due && (await takeDue(prisma, due)), true)
      await keepSchedules(prisma, 'digest', [])
      assert.equal(await prisma.schedule.count(), 0)
      const killed = await claimImport(prisma, { name: 'parts', rows: 1, by: 'cli:gone' })
      assert.ok(killed && (await writePart(prisma, killed, { rows: 1, json: '[{"key":"half","value":{}}]' })))
      await prisma.lookupImport.updateMany({ data: { renewedAt: new Date(0) } })
      const imported = await importTable(bot.app.db, {
        name: 'parts',
        csv: Buffer.from('id\nwhole\n'),
        keyColumn: 'id',
        asOf: new Date(),
        at: new Date(),
        actor: { id: 'U1', surface: 'slack' },
      })
      assert.deepEqual(imported, { kind: 'imported', version: 2, rows: 1 })
      assert.deepEqual(
        (await prisma.lookupRow.findMany()).map(({ key }) => key),
        ['whole'],
      )
      const [first, again] = [
        await bot.send('refunds', { id: '1044' }),
        await bot.send('refunds', { id: '1044' }),
      ]
      assert.deepEqual([first.status, again.status], [202, 200])
      await bot.untilIdle()
      await bot.app.db.transaction((tx) =>
        addAudit(tx, { at: new Date(), actor: { id: 'U1', surface: 'slack' }, action: 'x', target: 'x' }),
      )
      assert.equal((await verifyChain(db.prisma)).fault, undefined)
      assert.equal(await prisma.outcome.count(), 7)
      const counted = await stands()
      // Asked for more, also by a hand of its own, the database folds no hour that is not over.
      await db.prisma.$executeRaw`UPDATE counter SET hour = hour + interval '2 days'`
      await prisma.$executeRaw`SELECT signalbox_fold_counters('infinity')`
      assert.equal(await prisma.counterSpan.count({ where: { start: { gte: new Date() } } }), 0)
      assert.deepEqual(await stands(), counted)
      await db.prisma.$executeRaw`UPDATE counter SET hour = hour - interval '4 days'`
      await foldCounters(prisma, new Date())
      assert.equal(await prisma.counter.count(), 0)
      assert.ok((await prisma.counterSpan.count()) > 0)
      assert.deepEqual(await stands(), counted)
    })
  },
)
