// Rules changed in Slack: every change goes into a draft and into the audit, and a draft is tried on what was recorded
// before it is published. Only the workflow's owner and the role `operators` may.
import { addAudit } from '../../db/audit/audit.ts'
import { readHandles } from '../../db/people/directory.ts'
import { dropDraft, lockDraft, readDraft, type StoredDraft, writeDraft } from '../../db/workflows/drafts.ts'
import type { Database, Tx } from '../../db/store/open.ts'
import { boundIn } from '../../db/people/name-bindings.ts'
import { inWords, mayAct } from '../../db/people/people.ts'
import { newestStandardsAsWritten, newestStandardsSource } from '../../db/workflows/standards.ts'
import { liveVersion, maskedInAnyVersion, type StoredVersion } from '../../db/workflows/workflows.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { OPERATORS, withIds } from '../../domain/people/owner.ts'
import type { Problem } from '../../domain/text/problem.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { noteAsked, refusalToAsk } from './ask-masked.ts'
import { checkDefinition } from '../check/check-draft.ts'
import { exportWorkflow } from '../file/export.ts'
import { publish, type Published, type Refused } from './publish.ts'
import { type Rehearsal, rehearse, usualRehearsal } from './rehearse.ts'
import { editRules, type RuleEdit } from './rule-edits.ts'

export const NO_DRAFT = 'This draft no longer exists.'

export interface By {
  /** Slack user id. */
  actor: string
  at: Date
}

/** The rules of a workflow as they stand, and as somebody is changing them. */
export interface RulesView {
  workflow: string
  live: StoredVersion
  draft: StoredDraft | undefined
  standards: Standards
}

/** What people look at and change: the draft where there is one. */
export const shownDefinition = ({ live, draft }: RulesView): Definition =>
  draft?.definition ?? live.definition

/** undefined: there is no such workflow. */
export async function readRules(tx: Tx, workflow: string): Promise<RulesView | undefined> {
  const live = await liveVersion(tx, workflow)
  if (!live) return undefined
  return {
    workflow,
    live,
    draft: await readDraft(tx, workflow),
    standards: await newestStandardsAsWritten(tx),
  }
}

async function whoMay(tx: Tx, { live, standards }: Pick<RulesView, 'live' | 'standards'>): Promise<string[]> {
  const bound = await boundIn(tx, live.id)
  return [
    ...(live.definition.owner ?? []).map((owner) => withIds(owner, bound)),
    ...(standards.roles['operators'] ? [OPERATORS] : []),
  ]
}

/** Why this person may not change the rules, in words that say who may; undefined: they may. */
export async function notAllowed(tx: Tx, view: RulesView, actor: string): Promise<string | undefined> {
  const who = await whoMay(tx, view)
  if (await mayAct(tx, actor, who)) return undefined
  const names = who.length > 0 ? await inWords(tx, who) : 'an operator: the workflow has no owner'
  return `You can't change the rules of ${view.live.definition.title}. Ask ${names}.`
}

export type Changed =
  { kind: 'changed' } | { kind: 'not_allowed'; because: string } | { kind: 'gone'; because: string }

/** Writes one change into the draft, begun where there is none. */
export async function changeRules(
  db: Database,
  workflow: string,
  { edit, actor, at }: By & { edit: RuleEdit },
): Promise<Changed> {
  return db.transaction(async (tx) => {
    await lockDraft(tx, workflow)
    const view = await readRules(tx, workflow)
    if (!view) return { kind: 'gone', because: 'This workflow no longer exists.' }
    const because = await notAllowed(tx, view, actor)
    if (because !== undefined) return { kind: 'not_allowed', because }
    const definition = shownDefinition(view)
    const edited = editRules(definition.rules, edit)
    if (!edited) return { kind: 'gone', because: 'The rules were changed meanwhile: look at them again.' }
    const { rules, before, after } = edited
    await writeDraft(tx, {
      workflow,
      basedOn: view.draft?.basedOn ?? view.live.number,
      definition: { ...definition, rules },
      by: actor,
      at,
    })
    await addAudit(tx, {
      at,
      actor: { id: actor, surface: 'slack' },
      action: `rule.${{ add: 'added', change: 'changed', move: 'moved', enable: 'switched' }[edit.do]}`,
      target: workflow,
      ...(before ? { before } : {}),
      after,
    })
    return { kind: 'changed' }
  })
}

/** Throws the draft away; the rules stay as they are live. */
export async function discardDraft(db: Database, workflow: string, { actor, at }: By): Promise<Changed> {
  return db.transaction(async (tx) => {
    const draft = await lockDraft(tx, workflow)
    const view = await readRules(tx, workflow)
    if (!view || !draft) return { kind: 'gone', because: NO_DRAFT }
    const because = await notAllowed(tx, view, actor)
    if (because !== undefined) return { kind: 'not_allowed', because }
    await dropDraft(tx, workflow, draft.revision)
    const before = { basedOn: draft.basedOn, rules: draft.definition.rules }
    await addAudit(tx, {
      at,
      actor: { id: actor, surface: 'slack' },
      action: 'draft.discarded',
      target: workflow,
      before,
    })
    return { kind: 'changed' }
  })
}

interface CheckedDraft {
  view: RulesView & { draft: StoredDraft }
  /** What keeps it from being published. */
  errors: Problem[]
}

export interface Trial extends CheckedDraft {
  rehearsal: Rehearsal | undefined
  /** Why this person has no rehearsal: which runs the draft moves would tell them what is masked. */
  untried: { masked: string[]; who: string } | undefined
}

async function errorsOf(tx: Tx, draft: StoredDraft, standards: Standards): Promise<Problem[]> {
  const directory = await readHandles(tx)
  const workflows = (await tx.workflow.findMany({ select: { key: true } })).map(({ key }) => key)
  const problems = checkDefinition(draft.definition, standards, {
    workflows,
    ...(directory ? { directory } : {}),
  })
  return problems.filter(({ severity }) => severity === 'error')
}

/** undefined: there is no draft. */
async function checkedDraft(tx: Tx, workflow: string): Promise<CheckedDraft | undefined> {
  const view = await readRules(tx, workflow)
  const draft = view?.draft
  return view && draft && { view: { ...view, draft }, errors: await errorsOf(tx, draft, view.standards) }
}

/** Fields whose values a trial could tell, and who may have one, in words, should this person not. */
async function refusalToTry(tx: Tx, workflow: string, actor: string) {
  const masked = await maskedInAnyVersion(tx, workflow)
  return { masked, who: masked.length === 0 ? undefined : await refusalToAsk(tx, workflow, actor) }
}

/** Checks the draft and tries it on the last recorded events; undefined: there is none. */
export async function tryDraft(
  db: Database,
  workflow: string,
  { actor, at }: By,
): Promise<Trial | undefined> {
  const checked = await checkedDraft(db.prisma, workflow)
  if (!checked || checked.errors.length > 0)
    return checked && { ...checked, rehearsal: undefined, untried: undefined }
  const { masked, who } = await refusalToTry(db.prisma, workflow, actor)
  if (who !== undefined) return { ...checked, rehearsal: undefined, untried: { masked, who } }
  const { draft, standards } = checked.view
  const by: Actor = { id: actor, surface: 'slack' }
  const what = { draft: draft.revision }
  if (masked.length > 0)
    await db.transaction((tx) => noteAsked(tx, { workflow, actor: by, at, what, masked }))
  const rehearsal = await rehearse(db.prisma, { definition: draft.definition, standards }, usualRehearsal)
  return { ...checked, rehearsal, untried: undefined }
}

export interface DraftPublication extends By {
  /** The draft as it was looked at; another revision is not published. */
  revision: number
  note: string
  isForced: boolean
}

export type DraftPublished =
  | { kind: 'published'; published: Published }
  | { kind: 'not_allowed' | 'gone' | 'wrong'; because: string }
  /** Not tried for this person, who has not said that they mean it all the same. */
  | { kind: 'untried' }
  | Refused

/**
 * Publishes the draft. Whether it leaves more events without a rule is one bit of what a rehearsal tells: whoever may not
 * have one hears the same whatever it is, and publishes knowingly or not at all. What they publish decides for everybody,
 * under their name, so it is no way to ask in silence.
 */
export async function publishDraft(
  db: Database,
  workflow: string,
  { actor, at, revision, note, isForced }: DraftPublication,
): Promise<DraftPublished> {
  const checked = await checkedDraft(db.prisma, workflow)
  if (!checked) return { kind: 'gone', because: NO_DRAFT }
  const { view, errors } = checked
  const because = await notAllowed(db.prisma, view, actor)
  if (because !== undefined) return { kind: 'not_allowed', because }
  if (view.draft.revision !== revision)
    return { kind: 'gone', because: 'The draft was changed meanwhile: look at it again.' }
  if (errors.length > 0) return { kind: 'wrong', because: errors.map(({ message }) => message).join('\n') }
  const { who } = await refusalToTry(db.prisma, workflow, actor)
  if (who !== undefined && !isForced) return { kind: 'untried' }
  const { definition, basedOn: over } = view.draft
  const { source: before } = await db.prisma.workflowVersion.findUniqueOrThrow({
    where: { id: view.live.id },
    select: { source: true },
  })
  const answer = await publish(db, {
    workflows: [{ definition, source: exportWorkflow(definition, before === '' ? undefined : before), over }],
    standards: { content: view.standards, source: (await newestStandardsSource(db.prisma)) ?? '' },
    actor: { id: actor, surface: 'slack' },
    at,
    note,
    isForced,
    alongside: (tx) => dropDraft(tx, workflow, revision),
  })
  if ('kind' in answer) return answer
  const [published] = answer
  return published ? { kind: 'published', published } : { kind: 'gone', because: NO_DRAFT }
}
