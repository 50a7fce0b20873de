// The completion script of each shell, out of the same places. Keys of workflows come from the files' first lines, without
// starting Node: a Tab must not take a second.
import type { Offered, Place, Value } from './spec.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

const KEYS = `sed -n 's/^workflow:[[:space:]]*["'\\'']\\{0,1\\}\\([[:alnum:]_-]*\\).*/\\1/p' "\${WORKFLOWS_DIR:-workflows}"/*.y*ml 2>/dev/null`

/** `case` patterns that follow a word into a command: "table import" after "table". */
const steps = (places: Place[]): string =>
  places
    .filter(({ path }) => path !== '')
    .map(({ path }) => (path.includes(' ') ? `"${path}"` : `" ${path}"`))
    .join('|')

/** Each option that takes a value, by where it stands. */
const taking = (places: Place[]) =>
  places.flatMap(({ path, options }) =>
    options.flatMap(({ word, takes }) => (takes === undefined ? [] : [{ at: `"${path} ${word}"`, takes }])),
  )

const words = (offered: Offered[]): string => offered.map(({ word }) => word).join(' ')

function bashValue(value: Value | undefined): string {
  if (value === 'workflow') return 'COMPREPLY=($(compgen -W "$(_signalbox_workflows)" -- "$cur"))'
  if (value === 'file') return 'compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur"))'
  return value === undefined || value.length === 0
    ? ':'
    : `COMPREPLY=($(compgen -W "${value.join(' ')}" -- "$cur"))`
}

export const bashScript = (
  places: Place[],
): string => `# bash completion of signalbox: eval "$(signalbox completion bash)"
_signalbox_workflows() { ${KEYS}; }
_signalbox() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at="" word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in ${steps(places)}) at="\${at:+$at }$word" ;; esac
  done
  case "$at \${COMP_WORDS[COMP_CWORD-1]}" in
${taking(places)
  .map(({ at, takes }) => `    ${at}) ${bashValue(takes)}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${places
  .map(
    ({ path, commands, options, argument }) => `    "${path}")
      if [[ "$cur" == -* ]]; then COMPREPLY=($(compgen -W "${words(options)}" -- "$cur"))
      else ${bashValue(argument)}; COMPREPLY+=($(compgen -W "${words(commands)}" -- "$cur")); fi ;;`,
  )
  .join('\n')}
  esac
}
complete -F _signalbox signalbox
`

const described = (offered: Offered[]): string =>
  offered.map(({ word, does }) => quoted(`${word}:${does}`)).join(' ')

function zshValue(value: Value | undefined): string {
  if (value === 'workflow') return 'compadd -- ${(f)"$(_signalbox_workflows)"}'
  if (value === 'file') return '_files'
  return value === undefined || value.length === 0 ? ':' : `compadd -- ${value.join(' ')}`
}

export const zshScript = (places: Place[]): string => `#compdef signalbox
# zsh completion of signalbox: source <(signalbox completion zsh), after compinit
_signalbox_workflows() { emulate -L sh; ${KEYS}; }
_signalbox() {
  local at="" word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in ${steps(places)}) at="\${at:+$at }$word" ;; esac
  done
  case "$at \${words[CURRENT-1]}" in
${taking(places)
  .map(({ at, takes }) => `    ${at}) ${zshValue(takes)}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${places
  .map(
    ({ path, commands, options, argument }) => `    "${path}")
      if [[ "\${words[CURRENT]}" == -* ]]; then offered=(${described(options)}); _describe option offered
      else ${zshValue(argument)}; offered=(${described(commands)}); _describe command offered; fi ;;`,
  )
  .join('\n')}
  esac
}
if [ "$funcstack[1]" = "_signalbox" ]; then _signalbox "$@"; else compdef _signalbox signalbox; fi
`

const fishQuoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`

function fishValue(value: Value | undefined): string {
  if (value === 'workflow') return " -a '(__signalbox_workflows)'"
  if (value === 'file') return ' -F'
  return value === undefined || value.length === 0 ? '' : ` -a ${fishQuoted(value.join(' '))}`
}

/** Fish keeps one line for each thing that it may offer. */
function fishLines({ path, commands, options, argument }: Place): string[] {
  const here = `complete -c signalbox -n ${fishQuoted(`__signalbox_at ${quoted(path)}`)}`
  return [
    ...commands.map(({ word, does }) => `${here} -a ${word} -d ${fishQuoted(does)}`),
    ...options.map(({ word, does, takes }) => {
      const name = word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`
      return `${here} ${name} -d ${fishQuoted(does)}${takes === undefined ? '' : ` -r${fishValue(takes)}`}`
    }),
    ...(argument === undefined ? [] : [`${here}${fishValue(argument)}`]),
  ]
}

export const fishScript = (
  places: Place[],
): string => `# fish completion of signalbox: signalbox completion fish | source
function __signalbox_workflows
  set -l folder workflows
  set -q WORKFLOWS_DIR; and set folder $WORKFLOWS_DIR
  set -l files $folder/*.y*ml
  test -n "$files"; and cat $files | string replace -rf '^workflow:\\s*["\\']?([\\w-]+).*' '$1'
end
function __signalbox_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
      case ${places
        .filter(({ path }) => path !== '')
        .map(({ path }) => fishQuoted(path.includes(' ') ? path : ` ${path}`))
        .join(' ')}
        set at (string trim "$at $word")
    end
  end
  test "$at" = "$argv[1]"
end
complete -c signalbox -f
${places.flatMap(fishLines).join('\n')}
`
