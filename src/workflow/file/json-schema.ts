// The JSON Schema of workflow files, for editors and for "known here" in messages. Made from the same zod
// schemas that read the files, so the two cannot differ.
import { z } from 'zod'
import { definitionSchema } from '../../domain/workflow-file/definition.ts'
import { standardsSchema } from '../../domain/workflow-file/standards.ts'
import type { Path } from './yaml-file.ts'

type Schema = z.core.JSONSchema.BaseSchema
export type Kind = 'workflow' | 'standards'

const known = new Map<Kind, Schema>()

/** What an editor needs to complete and check a file while it is typed. */
export const jsonSchema = (kind: Kind): Schema => {
  const ready = known.get(kind)
  if (ready) return ready
  const schema: Schema = {
    ...z.toJSONSchema(kind === 'workflow' ? definitionSchema : standardsSchema, {
      io: 'input',
      unrepresentable: 'any',
      // zod leaves the examples of what it transforms out; ours are those of the file.
      override: ({ zodSchema, jsonSchema: made }) => {
        const examples = z.globalRegistry.get(zodSchema)?.examples
        if (Array.isArray(examples)) made.examples = examples
      },
    }),
    // For what anchors are made of (yaml-file.ts).
    patternProperties: { '^x-': {} },
    title: kind === 'workflow' ? 'Signalbox workflow' : 'Signalbox standards (signalbox.yaml)',
  }
  known.set(kind, schema)
  return schema
}

/** The schemas that a value at a path may keep. */
const schemasAt = (kind: Kind, path: Path): Schema[] => {
  let level: Schema[] = [jsonSchema(kind)]
  for (const step of path)
    level = level.flatMap((schema) => variants(schema)).flatMap((schema) => below(schema, step))
  return level.flatMap((schema) => variants(schema))
}

/** Names that may stand in the map at a path. */
export const keysAt = (kind: Kind, path: Path): string[] => [
  ...new Set(schemasAt(kind, path).flatMap((schema) => Object.keys(schema.properties ?? {}))),
]

/** What may stand at a path, for "like …"; undefined where the schemas have no example. */
export const exampleAt = (kind: Kind, path: Path): unknown =>
  schemasAt(kind, path).find((schema) => schema.examples !== undefined)?.examples?.[0]

/** The top-level keys of a file. */
export const sectionsOf = (kind: Kind): string[] => Object.keys(jsonSchema(kind).properties ?? {})

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const variants = (schema: Schema): Schema[] => {
  const reference =
    schema.$ref?.startsWith('#/$defs/') === true ? schema.$ref.slice('#/$defs/'.length) : undefined
  const defined =
    reference === undefined
      ? undefined
      : [...known.values()].map((root) => root.$defs?.[reference]).find(isSchema)
  return [
    schema,
    ...(defined ? [defined] : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].filter(isSchema),
  ]
}

const below = (schema: Schema, step: string | number): Schema[] => {
  if (typeof step === 'number') return isSchema(schema.items) ? [schema.items] : []
  const own = schema.properties?.[step]
  if (isSchema(own)) return [own]
  return isSchema(schema.additionalProperties) ? [schema.additionalProperties] : []
}
