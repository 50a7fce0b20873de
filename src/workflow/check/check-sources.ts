// What is wrong with the sources of signalbox.yaml: expressions, unsigned senders, secrets, and who takes from them.
import { tryCompileSource } from '../../domain/compile/compile-source.ts'
import { unsignedBy, unsignedInId } from '../../domain/senders/receiving.ts'
import type { Problem } from '../../domain/text/problem.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import type { Source } from '../../domain/workflow-file/webhook.ts'
import type { Path } from '../file/yaml-file.ts'
import type { CheckContext } from './check-context.ts'

/** What the checks of sources know beside the file. */
export interface SourceContext extends Pick<
  CheckContext,
  'secretIsSet' | 'makesSecrets' | 'isProduction' | 'workflows'
> {
  /** The sources that workflows take from; undefined: some file could not be read. */
  taken?: ReadonlySet<string> | undefined
}

export interface SourceFault {
  path: Path
  severity: Problem['severity']
  message: string
  hint?: string
}

const SIGNS =
  'let the sender sign, like verify: { scheme: hmac, header: X-Signature, secret: secret.NAME }, or take a preset; or write "allow_unsigned: true" beside verify'

function faultsOf(
  [name, source]: [string, Source],
  standards: Standards,
  { secretIsSet, makesSecrets, isProduction, workflows, taken }: SourceContext,
): SourceFault[] {
  const path = ['sources', name]
  const { compiled, faults } = tryCompileSource(name, source, standards)
  const { receiving } = compiled
  const found: SourceFault[] = faults.map(({ pointer, message }) => ({
    path: [...pointer],
    severity: 'error',
    message: `sources.${name}: ${message}`,
  }))
  if (unsignedBy(source) === 'unsaid')
    found.push({
      path: [...path, 'verify'],
      severity: isProduction === true ? 'error' : 'warning',
      message: `scheme none: anyone who reaches /in/${name} may send${isProduction === true ? ', and NODE_ENV is production' : ''}`,
      hint: SIGNS,
    })
  const read = unsignedInId(receiving)
  if (read !== undefined)
    found.push({
      path: [...path, 'id'],
      severity: 'error',
      message: `${read}: ${receiving.name} does not sign it, so a recorded delivery could be sent again under any id`,
      hint: 'take the id from event; or leave it out: then the signed bytes are known again',
    })
  if (secretIsSet && makesSecrets !== true)
    for (const secret of new Set(receiving.allSecrets.filter((one) => !secretIsSet(one))))
      found.push({
        path: [...path, ...(source.verify ? ['verify'] : []), 'secret'],
        severity: 'error',
        message: `secret.${secret} is not set`,
        hint: `set ${secret} in the environment`,
      })
  if (workflows?.includes(name) === true)
    found.push({
      path,
      severity: 'error',
      message: `"${name}" is a workflow already: signalbox send and status would not know which is meant`,
      hint: `name the source after who sends, like ${name}-events`,
    })
  if (taken?.has(name) === false)
    found.push({
      path,
      severity: 'warning',
      message: `no workflow takes from the source "${name}": all that it sends is ignored`,
      hint: `trigger: { source: ${name} }`,
    })
  return found
}

export const sourceFaults = (standards: Standards, context: SourceContext): SourceFault[] =>
  Object.entries(standards.sources).flatMap((one) => faultsOf(one, standards, context))
