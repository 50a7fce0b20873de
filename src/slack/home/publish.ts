// Reads what one person's App Home shows, and publishes it.
import type { WebClient } from '@slack/web-api'
import type { Database, Tx } from '../../db/store/open.ts'
import { type ExceptionLine, openExceptions, readException } from '../../db/exceptions/exception-view.ts'
import { mayAct } from '../../db/people/people.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { ownersFor, reviewsFor, teamLoad, wholeLoad } from '../../db/exceptions/queue-view.ts'
import { type WorkflowHealth, workflowHealth } from '../../db/workflows/workflow-health.ts'
import { OPERATORS } from '../../domain/people/owner.ts'
import { type HomeContent, homeView, shownIn } from './home-view.ts'

async function ownWorkflows(tx: Tx, userId: string, all: WorkflowHealth[]): Promise<WorkflowHealth[]> {
  const standards = await newestStandards(tx)
  const owned: WorkflowHealth[] = []
  for (const one of all) if (await mayAct(tx, userId, [one.ownerSpec], standards)) owned.push(one)
  return owned
}

async function readViews(tx: Tx, lines: ExceptionLine[]): Promise<HomeContent['views']> {
  const views: HomeContent['views'] = new Map()
  for (const { id } of lines) {
    const view = await readException(tx, id)
    if (view) views.set(id, view)
  }
  return views
}

async function readHome(tx: Tx, userId: string, now: Date): Promise<HomeContent> {
  const owners = await ownersFor(tx, userId)
  const all = await workflowHealth(tx, { at: now })
  const isOperator = await mayAct(tx, userId, [OPERATORS])
  const mine = await openExceptions(tx, { owners })
  const toApprove = await reviewsFor(tx, userId, owners)
  const { shownMine, reviews } = shownIn({ mine, toApprove })
  return {
    mine,
    toApprove,
    views: await readViews(tx, [...shownMine, ...reviews]),
    load: isOperator ? await wholeLoad(tx, now) : await teamLoad(tx, userId, now),
    ...(isOperator ? { everything: await openExceptions(tx, {}) } : {}),
    workflows: isOperator ? all : await ownWorkflows(tx, userId, all),
    isOperator,
    now,
  }
}

export async function publishHome(
  { db, clock }: { db: Database; clock: () => Date },
  client: WebClient,
  userId: string,
): Promise<void> {
  await client.views.publish({ user_id: userId, view: homeView(await readHome(db.prisma, userId, clock())) })
}
