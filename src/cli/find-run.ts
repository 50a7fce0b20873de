// The run somebody means by an id, a subject or a workflow, and what to say when there is none.
import { fullAccess } from '../access/access.ts'
import { nearSubjects } from '../db/people/near.ts'
import type { Tx } from '../db/store/open.ts'
import { newestStandardsAsWritten } from '../db/workflows/standards.ts'
import { currentVersions } from '../db/workflows/workflows.ts'
import { nearest } from '../workflow/nearest.ts'
import { type CommandEnd, didNotHold } from './exit.ts'

export const workflowKeys = async (tx: Tx): Promise<string[]> =>
  (await currentVersions(tx)).map(({ key }) => key).toSorted()

/** "Nothing here is called …", with the nearest names. */
export async function nothingCalled(tx: Tx, text: string, access = fullAccess): Promise<CommandEnd> {
  const keys = await workflowKeys(tx)
  if (keys.includes(text))
    return didNotHold(
      `"${text}" is a workflow, and this is about one run. signalbox status ${text} lists its latest.`,
    )
  const near = nearest(text, [...keys, ...Object.keys((await newestStandardsAsWritten(tx)).sources)])
  const names = [
    ...(near === undefined ? [] : [near]),
    ...(await nearSubjects(tx, text, (workflow) => access.may('read', workflow))),
  ]
  const hint = names.length > 0 ? `Did you mean ${names.join(', ')}?` : 'signalbox list shows the workflows.'
  return didNotHold(`Nothing here is called "${text}": no run, subject, source or workflow. ${hint}`)
}

/** `others`: what else could have been meant. */
export async function noSuchWorkflow(
  tx: Tx,
  key: string,
  others: readonly string[] = [],
): Promise<CommandEnd> {
  const keys = [...(await workflowKeys(tx)), ...others]
  const near = nearest(key, keys)
  const published =
    keys.length === 0 ? 'None is published yet: run signalbox apply.' : `Published: ${keys.join(', ')}.`
  const hint = near === undefined ? published : `Did you mean ${near}?`
  return didNotHold(`There is no workflow${others.length > 0 ? ' or source' : ''} "${key}". ${hint}`)
}
