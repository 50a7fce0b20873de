// One file read: from YAML to a definition in normal form, or everything that is wrong with it.
import { type Definition, definitionSchema } from '../../domain/workflow-file/definition.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { type Standards, standardsSchema } from '../../domain/workflow-file/standards.ts'
import { sectionsOf } from './json-schema.ts'
import { orProblem } from './never-throws.ts'
import { salvage, type Salvaged } from './salvage.ts'
import { schemaProblems } from './schema-problems.ts'
import { workflowStubs } from './stubs.ts'
import { type Path, type Place, readYaml } from './yaml-file.ts'

type Parsed = {
  file: string
  source: string
  problems: Problem[]
  locate: (path: Path, offset?: number) => Place
  locateKey: (path: Path) => Place
}
/** `rest` is what could be read of a file with problems: to be checked, never to be published. */
export type ParsedWorkflow = Parsed & { definition?: Definition; rest?: Salvaged<Definition> | undefined }
export type ParsedStandards = Parsed & { standards?: Standards; rest?: Salvaged<Standards> | undefined }

const START: Place = { line: 1, column: 1 }

/** A file of which nothing could be read. */
const unread =
  (source: string, file: string) =>
  (problems: Problem[]): Parsed => ({ file, source, problems, locate: () => START, locateKey: () => START })

/** Never throws. */
export const parseWorkflow = (source: string, file: string): ParsedWorkflow =>
  orProblem<ParsedWorkflow>(file, () => workflowIn(source, file), unread(source, file))

const workflowIn = (source: string, file: string): ParsedWorkflow => {
  const yaml = readYaml(source, file)
  const parsed = { file, source, locate: yaml.locate, locateKey: yaml.locateKey }
  if (yaml.problems.length > 0) return { ...parsed, problems: yaml.problems }
  if (yaml.value === null || yaml.value === undefined)
    return {
      ...parsed,
      problems: [
        {
          file,
          line: 1,
          column: 1,
          severity: 'error',
          message: 'the file is empty',
          hint: 'signalbox new <name> writes a first one',
        },
      ],
    }
  const result = definitionSchema.safeParse(yaml.value)
  if (!result.success)
    return {
      ...parsed,
      problems: schemaProblems(result.error, yaml, file, 'workflow'),
      rest: salvage(definitionSchema, yaml.value, { sections: sectionsOf('workflow'), stubs: workflowStubs }),
    }
  return { ...parsed, problems: [], definition: result.data }
}

/** Never throws. */
export const parseStandards = (source: string, file: string): ParsedStandards =>
  orProblem<ParsedStandards>(file, () => standardsIn(source, file), unread(source, file))

const standardsIn = (source: string, file: string): ParsedStandards => {
  const yaml = readYaml(source, file)
  const parsed = { file, source, locate: yaml.locate, locateKey: yaml.locateKey }
  if (yaml.problems.length > 0) return { ...parsed, problems: yaml.problems }
  const result = standardsSchema.safeParse(yaml.value ?? {})
  if (!result.success)
    return {
      ...parsed,
      problems: schemaProblems(result.error, yaml, file, 'standards'),
      rest: salvage(standardsSchema, yaml.value, { sections: sectionsOf('standards') }),
    }
  return { ...parsed, problems: [], standards: result.data }
}
