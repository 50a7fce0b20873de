// Where a file may say something of a run's owner: in texts of a route, which are read once the owner is known.
import type { CompileFault, Pointer } from './compile-faults.ts'
import type { Template } from '../cel/template.ts'

/** A name that is worked out may be any. */
const mayMention = ([root, name = 'mention']: readonly string[]): boolean =>
  root === 'owner' && name === 'mention'

/** Whether any text reads it; notes a fault for each that stands where it is not known. */
export function findOwnerReads(
  texts: readonly { template: Template; pointer: Pointer }[],
  faults: CompileFault[],
): boolean {
  const reading = texts.filter(({ template }) => template.reads.some(([root]) => root === 'owner'))
  for (const { template, pointer } of reading) {
    const isOfRoute = pointer[0] === 'routes' && ['actions', 'exception'].includes(String(pointer[2]))
    const isSlackText = pointer.at(-2) === 'slack' && pointer.at(-1) === 'text'
    if (!isOfRoute)
      faults.push({
        pointer,
        message:
          'the owner is known once a rule has decided: texts of actions and exceptions may say it, and nothing before them',
      })
    else if (!isSlackText && template.reads.some(mayMention))
      faults.push({
        pointer,
        message:
          'owner.mention is for the text of a Slack message: write owner.name, owner.email or owner.id here',
      })
  }
  return reading.length > 0
}
