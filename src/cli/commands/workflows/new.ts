// signalbox new: asks a few questions and writes a first workflow file that passes `check`.
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../../config.ts'
import { makeFolder } from '../../../db/store/make-folder.ts'
import { noStandards, type Standards } from '../../../domain/workflow-file/standards.ts'
import { type Answers, answerProblem, newWorkflow } from '../../../workflow/file/new-workflow.ts'
import { parseStandards } from '../../../workflow/file/parse.ts'
import { askAll } from '../../ask.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { loadFiles, problemCount, problemsText } from '../../files.ts'
import { knownWorldIfThere, type KnownWorld } from '../../known-world.ts'
import { loginName } from '../../login.ts'
import { good, print, printJson } from '../../text/output.ts'

interface Options {
  title?: string
  owner?: string
  channel?: string
  key?: string
  dir?: string
  yes?: boolean
  json?: boolean
}

type Asked = Exclude<keyof Answers, 'calendar'>

const questions: Record<Asked, string> = {
  workflow: 'Workflow key (for the URL, Slack and the command line)?',
  title: 'Title that people read?',
  owner: 'Owner (@person, @group or role:name)?',
  channel: 'Channel for its exceptions?',
  keyField: 'Field that identifies each case, like order_id?',
}
const asked = Object.keys(questions) as Asked[]

async function standardsIn(folder: string): Promise<Standards> {
  const file = join(folder, 'signalbox.yaml')
  const source = await readFile(file, 'utf8').catch(() => undefined)
  return (source === undefined ? undefined : parseStandards(source, file).standards) ?? noStandards
}

/** Somebody whom Slack knows, or a role of the standards: the file must pass `check` as it is. */
function likelyOwner({ directory }: KnownWorld, { roles }: Standards): string {
  const login = loginName()
  const [role] = Object.keys(roles)
  if (directory?.people.includes(login)) return `@${login}`
  if (role !== undefined) return `role:${role}`
  return `@${directory?.people[0] ?? login}`
}

const titleOf = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1).replaceAll('-', ' ')

async function answersFrom(
  given: Partial<Record<Asked, string>>,
  defaults: Record<Asked, string>,
  asks: boolean,
) {
  for (const name of asked) {
    const value = given[name]
    const wrong = value === undefined ? undefined : answerProblem(name, value)
    if (wrong !== undefined) throw wrongUsage(`"${value}" can't be the ${name}: ${wrong}.`)
  }
  const open = asked.filter((name) => given[name] === undefined)
  const typed = asks
    ? await askAll(
        open.map((name) => ({
          name,
          text: questions[name],
          fallback: (answers) =>
            name === 'title' ? titleOf(given.workflow ?? answers.get('workflow') ?? '') : defaults[name],
        })),
        answerProblem,
      )
    : new Map<Asked, string>()
  const answer = (name: Asked): string => given[name] ?? typed.get(name) ?? defaults[name]
  return {
    workflow: answer('workflow'),
    title: answer('title'),
    owner: answer('owner'),
    channel: answer('channel'),
    keyField: answer('keyField'),
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw didNotHold(`${file} already exists, and was left unchanged. Choose another name.`)
  }
}

export function addNew(command: Command): void {
  command
    .argument('[name]', 'its key, like gift-cards')
    .option('--title <text>', 'title that people read')
    .option('--owner <owner>', '@person, @group or role:name')
    .option('--channel <channel>', 'channel for its exceptions')
    .option('--key <field>', 'field that identifies each case, like order_id')
    .option('--dir <folder>', 'folder to write it to (default: WORKFLOWS_DIR, else workflows)')
    .option('-y, --yes', 'use the defaults without asking')
    .option('--json', 'use the defaults without asking, and print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ signalbox new gift-cards
  $ signalbox new gift-cards --owner @ada --key card_id --yes`,
    )
    .action(async (name: string | undefined, { dir, yes, key, json, ...flags }: Options) => {
      const asks = !yes && !json && process.stdin.isTTY
      if (name === undefined && !asks) throw wrongUsage('Give it a key: signalbox new gift-cards --yes')
      const folder = dir === undefined ? readConfig().workflowsDir : resolve(dir)
      const [world, standards] = await Promise.all([knownWorldIfThere(), standardsIn(folder)])
      const given = {
        ...flags,
        ...(name === undefined ? {} : { workflow: name }),
        ...(key ? { keyField: key } : {}),
      }
      const answers = await answersFrom(
        given,
        {
          workflow: 'first-workflow',
          title: titleOf(name ?? 'first-workflow'),
          owner: likelyOwner(world, standards),
          channel: standards.channels.exceptions ?? '#ops-exceptions',
          keyField: 'id',
        },
        asks,
      )
      const [calendar] = Object.keys(standards.calendars)
      makeFolder(folder)
      const file = join(folder, `${answers.workflow}.yaml`)
      await writeNew(file, newWorkflow({ ...answers, calendar }))
      if (!json) print(good(`Wrote ${file}.`))
      const { loaded } = await loadFiles(folder, world.directory)
      const about = loaded.problems.filter((problem) => problem.file === file)
      if (json) printJson({ workflow: answers.workflow, file, problems: about })
      else if (about.length > 0) print(problemsText(about))
      const errors = about.filter(({ severity }) => severity === 'error').length
      if (errors > 0) throw didNotHold(`${problemCount(errors)} to fix before it can be published.`)
      if (json) return
      print(
        [
          'It passes check. Next, with the bot running (npm start):',
          '  npx signalbox apply',
          `  npx signalbox send ${answers.workflow} --data '{"${answers.keyField}":"1","amount":250}'`,
          '  npx signalbox explain 1',
        ].join('\n'),
      )
    })
}
