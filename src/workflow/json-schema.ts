// The JSON Schema of workflow files, for editors and for "known here" in messages. Made from the same zod
// schemas that read the files, so the two cannot differ.
import { z } from 'zod'
import { definitionSchema } from '../domain/definition.ts'
import { standardsSchema } from '../domain/standards.ts'
import type { Path } from './yaml-file.ts'

type Schema = z.core.JSONSchema.BaseSchema
type Kind = 'workflow' | 'standards'

const made = new Map<Kind, Schema>()

/** What an editor needs to complete and check a file while it is typed. */
export const jsonSchema = (kind: Kind): Schema => {
  const known = made.get(kind)
  if (known) return known
  const schema: Schema = {
    ...z.toJSONSchema(kind === 'workflow' ? definitionSchema : standardsSchema, {
      io: 'input',
      unrepresentable: 'any',
    }),
    title: kind === 'workflow' ? 'Signalbox workflow' : 'Signalbox standards (signalbox.yaml)',
  }
  made.set(kind, schema)
  return schema
}

/** Names that may stand in the map at a path. */
export const keysAt = (kind: Kind, path: Path): string[] => {
  let level: Schema[] = [jsonSchema(kind)]
  for (const step of path)
    level = level.flatMap((schema) => variants(schema)).flatMap((schema) => below(schema, step))
  return [
    ...new Set(
      level.flatMap((schema) => variants(schema)).flatMap((schema) => Object.keys(schema.properties ?? {})),
    ),
  ]
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const variants = (schema: Schema): Schema[] => {
  const reference =
    schema.$ref?.startsWith('#/$defs/') === true ? schema.$ref.slice('#/$defs/'.length) : undefined
  const defined =
    reference === undefined
      ? undefined
      : [...made.values()].map((root) => root.$defs?.[reference]).find(isSchema)
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
