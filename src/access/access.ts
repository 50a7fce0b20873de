// The one place that decides who may read, start and replay: buttons, windows, commands, shortcuts, App Home, lists and the
// command line all ask here. Loaded for one actor and one request: what was asked once is not asked again.
import { isInChannel } from '../db/people/channel-members.ts'
import { ownersOfTeam, peopleOfRun, readGuarded } from '../db/people/guarded.ts'
import { memberOf } from '../db/people/members.ts'
import type { Tx } from '../db/store/open.ts'
import { splitOwners } from '../db/people/owners.ts'
import { inWords, labelOfId, mayAct } from '../db/people/people.ts'
import { newestStandards } from '../db/workflows/standards.ts'
import { type Right, isAudience } from '../domain/workflow-file/access.ts'
import { OPERATORS, ownerNameText, parseOwner } from '../domain/people/owner.ts'
import type { Standards } from '../domain/workflow-file/standards.ts'
import type { Actor } from '../domain/exceptions/resolution.ts'
import { allowedTo, DIGEST_READERS } from './policy.ts'

export interface Access {
  /** Whether the actor may do this with runs of the workflow; of a run also whoever owned or may resolve its exceptions. */
  may(right: Right, workflow: string, runId?: string): Promise<boolean>
  /** Who may, in words: for a refusal. */
  whoMay(right: Right, workflow: string): Promise<string>
  /** Whether the actor sees what is no workflow's: what sources sent and nobody wanted. */
  maySeeIgnored(): Promise<boolean>
  /** Whether the actor may post and open the digests of this channel. */
  mayDigest(channel: string): Promise<boolean>
  whoMayDigest(channel: string): Promise<string>
}

const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined
  return () => (answer ??= ask())
}

/** One answer a key. */
const onceFor = <T>(ask: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const answers = new Map<string, Promise<T>>()
  return (key) => {
    const known = answers.get(key) ?? ask(key)
    answers.set(key, known)
    return known
  }
}

/** Of the bot itself, and of whoever sits at the database and says to be nobody else. */
export const fullAccess: Access = {
  may: async () => true,
  whoMay: async () => 'everybody',
  maySeeIgnored: async () => true,
  mayDigest: async () => true,
  whoMayDigest: async () => 'everybody',
}

async function guardedOf(tx: Tx, workflow: string, standards: Standards) {
  const row = await readGuarded(tx, workflow)
  if (!row) return undefined
  const { named, access, ownerSpec, team, channel } = row
  return {
    channel,
    owner: splitOwners(ownerSpec),
    named,
    teamOwners: team === null ? [] : (await ownersOfTeam(tx, team)).flatMap(splitOwners),
    rules: access,
    standardRules: standards.access ?? {},
  }
}

/** Whether the whole workspace may do this with runs of the workflow. */
export async function everyoneMay(tx: Tx, right: Right, workflow: string): Promise<boolean> {
  const found = await guardedOf(tx, workflow, await newestStandards(tx))
  return found !== undefined && allowedTo(right, found).includes('everyone')
}

export function accessOf(tx: Tx, actor: Actor): Access {
  if (actor.surface === 'engine') return fullAccess
  const standards = once(() => newestStandards(tx))
  const person = once(async () => (await memberOf(tx, actor.id))?.id)
  const isOne = async (specs: string[]) => mayAct(tx, actor.id, specs, await standards())
  const isOperator = once(() => isOne([OPERATORS]))
  const isIn = onceFor(async (channel) => {
    const id = await person()
    return id !== undefined && isInChannel(tx, channel, id)
  })

  const guarded = onceFor(async (workflow) => guardedOf(tx, workflow, await standards()))

  const isAllowed = onceFor(async (rightAndWorkflow) => {
    const [right, workflow] = rightAndWorkflow.split(' ') as [Right, string]
    const found = await guarded(workflow)
    if (!found || (await person()) === undefined) return false
    const allowed = allowedTo(right, found)
    if (allowed.includes('everyone')) return true
    if (allowed.includes('channel') && (await isIn(found.channel))) return true
    return isOne(allowed.filter((text) => !isAudience(text)))
  })

  const inWordsOf = async (allowed: readonly string[], channel: string) => {
    // Of a strategy the names alone: everybody among them may.
    const named = allowed
      .filter((text) => !isAudience(text))
      .flatMap((text) => parseOwner(text)?.of.map(({ name }) => ownerNameText(name)) ?? [text])
    const people = await inWords(tx, [...new Set(named)])
    return [
      ...(allowed.includes('everyone') ? ['everyone in this workspace'] : []),
      ...(allowed.includes('channel') ? [`members of ${await labelOfId(tx, channel)}`] : []),
      people,
    ].join(', ')
  }

  return {
    async may(right, workflow, runId) {
      if ((await isOperator()) || (await isAllowed(`${right} ${workflow}`))) return true
      return right === 'read' && runId !== undefined && isOne(await peopleOfRun(tx, runId))
    },
    async whoMay(right, workflow) {
      const found = await guarded(workflow)
      return found ? inWordsOf(allowedTo(right, found), found.channel) : inWords(tx, [OPERATORS])
    },
    maySeeIgnored: isOperator,
    async mayDigest(channel) {
      return (await isIn(channel)) || isOne(DIGEST_READERS)
    },
    whoMayDigest: (channel) => inWordsOf(['channel', ...DIGEST_READERS], channel),
  }
}
