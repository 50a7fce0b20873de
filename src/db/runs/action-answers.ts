// Answers that later actions of a route read: written in the commit that says their action is done, and never changed.
import type { Answers, KeptAnswer } from '../../domain/rules/decision.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

/** One answer, by the name that its file gives it. */
export interface AnswerOf extends KeptAnswer {
  runId: string
  route: string
  name: string
  attemptId: string
}

/** Of two answers to one action (the first came late, after the next try had begun) the one that came first stays. */
export async function keepAnswers(tx: Tx, answers: AnswerOf[], at: Date): Promise<void> {
  if (answers.length === 0) return
  await tx.$executeRaw`
    /* keep_answers */ INSERT INTO action_answer (run_id, route, name, attempt_id, status, headers, body, kept_at)
    SELECT "runId", route, name, "attemptId", status, headers, body, ${at}::timestamptz
    FROM json_to_recordset(${jsonText(answers)}::json) AS t(
      "runId" text, route text, name text, "attemptId" text, status int, headers json, body json)
    ON CONFLICT (run_id, route, name) DO NOTHING`
}

/** What the actions of a route answered so far, by name. */
export async function answersOf(tx: Tx, runId: string, route: string): Promise<Answers> {
  const rows = await tx.$queryRaw<(KeptAnswer & { name: string })[]>`
    SELECT name, status, headers, body FROM action_answer WHERE run_id = ${runId} AND route = ${route}`
  return Object.fromEntries(rows.map(({ name, ...answer }) => [name, answer]))
}
