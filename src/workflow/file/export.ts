// A definition written back as the YAML of a file. Where the file it came from is at hand, only the sections that
// changed are written anew: comments and layout elsewhere stay as their author left them.
import { Document, isCollection, isMap, isSeq, parseDocument, visit } from 'yaml'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { fileForm } from './file-form.ts'
import { parseWorkflow } from './parse.ts'

const writing = { lineWidth: 0, flowCollectionPadding: true } as const
/** A map this short stands on one line. */
const shortEnough = 110

export const exportWorkflow = (definition: Definition, previous?: string): string => {
  const form = fileForm(definition)
  const before = previous === undefined ? undefined : parseWorkflow(previous, definition.workflow).definition
  if (previous === undefined || before === undefined) return new Document(styled(form)).toString(writing)
  const beforeForm = fileForm(before)
  if (JSON.stringify(beforeForm) === JSON.stringify(form)) return previous
  const document = parseDocument(previous)
  for (const name of new Set([...Object.keys(beforeForm), ...Object.keys(form)])) {
    if (JSON.stringify(beforeForm[name]) === JSON.stringify(form[name])) continue
    if (form[name] === undefined) document.delete(name)
    else document.set(name, styled(form[name]))
  }
  // What was written anew may have held what others stand for.
  return isWhole(document) ? document.toString(writing) : new Document(styled(form)).toString(writing)
}

const isWhole = (document: Document): boolean => {
  let isSo = true
  visit(document, {
    Alias: (_key, alias) => {
      isSo &&= alias.resolve(document) !== undefined
    },
  })
  return isSo
}

/** Nodes with short maps on one line, as people write them. */
const styled = (value: unknown) => {
  const node = new Document(value).contents
  if (!isCollection(node)) return node
  visit(node, {
    Collection: (_key, inner, path) => {
      if (path.length === 0 || !(isMap(inner) || isSeq(inner))) return undefined
      if (JSON.stringify(inner.toJSON()).length <= shortEnough - 10) {
        inner.flow = true
        return visit.SKIP
      }
      return undefined
    },
  })
  return node
}
