// A choice of the file: what the person entered is checked before anything is claimed, and kept with who gave it.
import type { Choice } from '../../domain/workflow-file/choice.ts'
import { changesBetween } from '../../domain/exceptions/change.ts'
import { caseOf, waysOf } from '../../domain/exceptions/ways.ts'
import { asJson } from '../../domain/values/json.ts'
import { waysText } from '../../domain/exceptions/case-words.ts'
import type { HeldException, ResolveDeps } from './held.ts'
import { planMove } from './move.ts'
import type { Prepared } from './prepare.ts'
import type { Resolution, ResolveAnswer, ResolveRequest } from './resolution.ts'

type Refused = Extract<ResolveAnswer, { kind: 'invalid' | 'not_applicable' }>

const isMeant = (label: string, wanted: string) => label.toLowerCase() === wanted.trim().toLowerCase()

export async function prepareChoice(
  deps: ResolveDeps,
  exception: HeldException,
  { resolution, actor }: ResolveRequest & { resolution: Extract<Resolution, { do: 'choose' }> },
): Promise<Prepared | Refused> {
  const { runId, run } = exception
  const { choice: wanted, inputs = {} } = resolution
  const { compiled } = await deps.catalog.version(run.versionId)
  const route = run.route ?? ''
  const choices: Choice[] = compiled.definition.routes[route]?.exception?.choices ?? []
  const position =
    typeof wanted === 'number' ? wanted : choices.findIndex(({ label }) => isMeant(label, wanted))
  const choice = choices[position]
  const one = caseOf(exception)
  if (!choice || !waysOf(one).some((way) => way.do === 'choose' && way.label === choice.label))
    return { kind: 'not_applicable', because: `There is no such choice here. You can: ${waysText(one)}.` }
  const { fields: entered, problems } = compiled.entered(route, position, inputs)
  if (problems.length > 0) return { kind: 'invalid', problems }
  const at = deps.clock()
  const record = await deps.db.prisma.record.findUniqueOrThrow({ where: { runId } })
  const source = { from: 'choice', by: actor.id, at: at.toISOString() }
  const added = {
    fields: { ...(record.fields as object), ...entered },
    sources: {
      ...(record.sources as object),
      ...Object.fromEntries(Object.keys(entered).map((name) => [name, source])),
    },
  }
  const move =
    choice.route === undefined
      ? undefined
      : await planMove(deps, exception, { route: choice.route, because: choice.label, entered })
  return {
    kind: 'prepared',
    inputs: asJson({
      choice: choice.label,
      ...(move ? { moved: true } : {}),
      changes: changesBetween({}, entered),
    }),
    choice: choice.label,
    ...(Object.keys(entered).length > 0 ? { added: asJson(added) as Prepared['added'] } : {}),
    ...(move ? { move } : { ends: choice.outcome ?? 'achieved' }),
  }
}
