// What can be typed after `signalbox`, as values: read from the commands themselves, and written out for each shell.
import type { Argument, Command, Option } from 'commander'

/** What a shell offers for a value: one of these words, a workflow's key, or a file. */
export type Value = readonly string[] | 'workflow' | 'file'

export interface Offered {
  word: string
  does: string
}
export interface Switch extends Offered {
  /** undefined: it takes no value. */
  takes: Value | undefined
}
export interface Place {
  /** '' for the program itself, 'status', 'table import'. */
  path: string
  commands: Offered[]
  options: Switch[]
  argument: Value | undefined
}

const NAMES_FILE = new Set(['file', 'dir', 'folder'])

function valueOf(name: string, choices: readonly string[] | undefined): Value | undefined {
  if (choices) return choices
  return NAMES_FILE.has(name) ? 'file' : undefined
}

function switchesOf({ long, short, description, flags, argChoices }: Option): Switch[] {
  const name = /[<[]([\w-]+)/.exec(flags)?.[1]
  const isWorkflow = long === '--workflow'
  const takes = name === undefined ? undefined : isWorkflow ? 'workflow' : (valueOf(name, argChoices) ?? [])
  return [long, short].flatMap((word) => (word ? [{ word, does: description, takes }] : []))
}

function argumentOf(argument: Argument | undefined): Value | undefined {
  if (argument === undefined) return undefined
  // `status <what>` takes a workflow among others, and its help says so.
  const isWorkflow = argument.name() === 'workflow' || /\ba workflow$/.test(argument.description)
  return isWorkflow ? 'workflow' : valueOf(argument.name(), argument.argChoices)
}

/** The place itself, and those inside it. */
function placesIn(command: Command, path: string): Place[] {
  const help = command.createHelp()
  const inside = help.visibleCommands(command).filter((one) => one.name() !== 'help')
  // `replay 1042` is `replay run 1042`.
  const usual = inside.find((one) => one.name() === 'run') ?? command
  const options = new Set([...help.visibleOptions(command), ...help.visibleOptions(usual)])
  const switches = [...options].flatMap(switchesOf)
  return [
    {
      path,
      commands: inside.map((one) => ({ word: one.name(), does: one.description() })),
      options: switches.filter(({ word }, at) => switches.findIndex((other) => other.word === word) === at),
      argument: argumentOf(usual.registeredArguments[0]),
    },
    ...inside.flatMap((one) => placesIn(one, `${path} ${one.name()}`.trim())),
  ]
}

export const placesOf = (program: Command): Place[] => placesIn(program, '')
