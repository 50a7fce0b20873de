// The forms of a workflow's choices, compiled: what a person entered, checked and in the types of the file.
import { coerce } from '../fields/coerce.ts'
import { fieldCheck, type FieldCheck } from '../fields/field-check.ts'
import type { FieldDefinition } from '../fields/field.ts'
import type { JsonObject } from '../values/json.ts'
import { inputFields } from '../workflow-file/choice.ts'
import type { Definition } from '../workflow-file/definition.ts'
import type { CompileFault } from './compile-faults.ts'

export interface Entered {
  fields: JsonObject
  problems: { field: string; message: string }[]
}

interface Input {
  name: string
  field: FieldDefinition
  check: FieldCheck
}

export const compileChoices = (definition: Definition, faults: CompileFault[]) => {
  const forms = new Map<string, Input[]>()
  const types = new Map<string, string>()
  const compileInput = (name: string, field: FieldDefinition, pointer: (string | number)[]): Input[] => {
    const fault = (message: string) => faults.push({ pointer, message })
    if (Object.hasOwn(definition.fields, name) || Object.hasOwn(definition.enrich, name))
      fault(`the record has ${name} already: give what the person enters a name of its own`)
    const before = types.get(name)
    if (before !== undefined && before !== field.type)
      fault(`another choice asks for ${name} as ${before}, and this one as ${field.type}`)
    types.set(name, field.type)
    try {
      return [{ name, field, check: fieldCheck(field) }]
    } catch (error) {
      fault(error instanceof Error ? error.message : String(error))
      return []
    }
  }
  for (const [route, { exception }] of Object.entries(definition.routes))
    for (const [at, { form }] of (exception?.choices ?? []).entries()) {
      const pointer = ['routes', route, 'exception', 'choices', at, 'form', 'properties']
      const inputs = Object.entries(inputFields(form)).flatMap(([name, field]) =>
        compileInput(name, field, [...pointer, name]),
      )
      forms.set(`${route}\n${at}`, inputs)
    }

  return {
    /** Never throws. */
    entered: (route: string, position: number, typed: JsonObject): Entered => {
      const inputs = forms.get(`${route}\n${position}`) ?? []
      const found: Entered = { fields: {}, problems: [] }
      const problem = (field: string, message: string) => found.problems.push({ field, message })
      for (const name of Object.keys(typed))
        if (!inputs.some((input) => input.name === name)) problem(name, `This choice asks for no "${name}".`)
      for (const { name, field, check } of inputs) {
        const title = field.title ?? name
        const coerced = coerce(typed[name], field)
        if (coerced.kind === 'absent') {
          if (field.missing === 'ask') problem(name, `${title} is missing`)
          continue
        }
        const wrong = coerced.kind === 'invalid' ? `cannot be used: ${coerced.message}` : check(coerced.value)
        if (wrong !== undefined) problem(name, `${title} ${wrong}`)
        else if (coerced.kind === 'value') found.fields[name] = coerced.value
      }
      return found
    },
  }
}
