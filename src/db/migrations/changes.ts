// What a migration's script changes, read from its text: what it makes, drops, renames or asks more of, and which tables it
// touches. Of a DO block only the scripts are read that it runs for the schema it finds (EXECUTE replace($sql$ … $sql$, '@ours@', …)).
import { partsOf, statementsOf } from './statements.ts'

export type Kind = 'table' | 'column' | 'index' | 'function' | 'trigger' | 'constraint'

export interface Thing {
  kind: Kind
  name: string
  /** Of a column, trigger, constraint or index. */
  table?: string
}

export type Change =
  | { does: 'make'; thing: Thing; text: string }
  | { does: 'drop'; thing: Thing; text: string }
  | { does: 'rename'; thing: Thing; to: string; text: string }
  /** An existing column gets another type or must have a value from now on. */
  | { does: 'tighten'; thing: Thing; text: string }
  | { does: 'write'; table: string; text: string }
  | { does: 'other'; table?: string; text: string }

const NAME = String.raw`(?:(?:"(?:[^"]|"")+"|\w+)\.)?("(?:[^"]|"")+"|\w+)`
const at = (pattern: string) =>
  new RegExp(`^${pattern.replaceAll(' ', String.raw`\s+`).replaceAll('@', NAME)}`, 'i')
const plain = (name = '') =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()

interface Form {
  pattern: RegExp
  reads: (names: string[], text: string) => Change
}

const make =
  (kind: Kind) =>
  ([name = '']: string[], text: string): Change => ({ does: 'make', thing: { kind, name }, text })
const drop =
  (kind: Kind) =>
  ([name = '', table]: string[], text: string): Change => ({
    does: 'drop',
    thing: table === undefined ? { kind, name } : { kind, name, table },
    text,
  })
const ofTable =
  (kind: Kind) =>
  ([name = '', table = '']: string[], text: string): Change => ({
    does: 'make',
    thing: { kind, name, table },
    text,
  })
const write = ([table = '']: string[], text: string): Change => ({ does: 'write', table, text })

const FORMS: Form[] = [
  { pattern: at('create (?:unlogged )?table (?:if not exists )?@'), reads: make('table') },
  { pattern: at('create (?:unique )?index (?:if not exists )?@ on (?:only )?@'), reads: ofTable('index') },
  { pattern: at('create (?:or replace )?function @'), reads: make('function') },
  { pattern: at('create (?:or replace )?(?:constraint )?trigger @ .*? on @'), reads: ofTable('trigger') },
  { pattern: at('drop table (?:if exists )?@'), reads: drop('table') },
  { pattern: at('drop index (?:concurrently )?(?:if exists )?@'), reads: drop('index') },
  { pattern: at('drop function (?:if exists )?@'), reads: drop('function') },
  { pattern: at('drop trigger (?:if exists )?@ on @'), reads: drop('trigger') },
  { pattern: at('insert into @'), reads: write },
  { pattern: at('update (?:only )?@'), reads: write },
  { pattern: at('delete from (?:only )?@'), reads: write },
]

/** One action of ALTER TABLE. */
function actionOf(table: string, text: string): Change {
  const column = (name: string): Thing => ({ kind: 'column', table, name })
  const read = (pattern: string) => at(pattern).exec(text)?.slice(1).map(plain)
  const constraint = read('add constraint @')?.[0]
  if (constraint !== undefined)
    return { does: 'make', thing: { kind: 'constraint', table, name: constraint }, text }
  const unnamed = /^add\s+(?:primary|unique|check|foreign|exclude)\b/i.test(text)
  const added = unnamed ? undefined : read('add (?:column )?(?:if not exists )?@')?.[0]
  if (added !== undefined) return { does: 'make', thing: column(added), text }
  const lost = read('drop constraint (?:if exists )?@')?.[0]
  if (lost !== undefined) return { does: 'drop', thing: { kind: 'constraint', table, name: lost }, text }
  const dropped = read('drop (?:column )?(?:if exists )?@')?.[0]
  if (dropped !== undefined) return { does: 'drop', thing: column(dropped), text }
  const moved = read('rename constraint @ to @')
  if (moved)
    return {
      does: 'rename',
      thing: { kind: 'constraint', table, name: moved[0] ?? '' },
      to: moved[1] ?? '',
      text,
    }
  const away = read('rename to @')?.[0]
  if (away !== undefined) return { does: 'rename', thing: { kind: 'table', name: table }, to: away, text }
  const renamed = read('rename (?:column )?@ to @')
  if (renamed) return { does: 'rename', thing: column(renamed[0] ?? ''), to: renamed[1] ?? '', text }
  const tightened = read(String.raw`alter (?:column )?@ (?:set data type|type|set not null)\b`)?.[0]
  if (tightened !== undefined) return { does: 'tighten', thing: column(tightened), text }
  return { does: 'other', table, text }
}

function changesOfStatement(text: string): Change[] {
  const altered = at('alter table (?:if exists )?(?:only )?@').exec(text)
  if (altered) {
    const table = plain(altered[1])
    return partsOf(text.slice(altered[0].length), ',').map((action) => actionOf(table, action))
  }
  if (/^do\b/i.test(text)) {
    const run = [...text.matchAll(/\$sql\$(.*?)\$sql\$/gs)].map(([, script = '']) =>
      script.replaceAll('@ours@.', ''),
    )
    return [...run.flatMap(changesOf), { does: 'other', text }]
  }
  const cte = /^with\b/i.test(text)
  if (cte) {
    const written = text.matchAll(
      new RegExp(String.raw`\b(?:insert\s+into|update|delete\s+from)\s+${NAME}`, 'gi'),
    )
    return [...written].map(([, name]) => ({ does: 'write', table: plain(name), text }))
  }
  for (const { pattern, reads } of FORMS) {
    const found = pattern.exec(text.replaceAll(/\s+/g, ' '))
    if (found) return [reads(found.slice(1).map(plain), text)]
  }
  return [{ does: 'other', text }]
}

export function changesOf(script: string): Change[] {
  return statementsOf(script).flatMap(changesOfStatement)
}

/** The tables that a FOREIGN KEY … REFERENCES names. */
export const referenced = (text: string): string[] =>
  [...text.matchAll(new RegExp(String.raw`\breferences\s+${NAME}`, 'gi'))].map(([, name]) => plain(name))
