// `signalbox completion`: each shell is asked what it would offer, where it is installed.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { signalbox } from './command.ts'

const dir = mkdtempSync(join(tmpdir(), 'signalbox-completion-'))
after(() => rmSync(dir, { recursive: true, force: true }))
writeFileSync(join(dir, 'a.yaml'), 'workflow: order-delivery # theirs\ntitle: Orders\n')
writeFileSync(join(dir, 'b.yml'), '# first\nworkflow: "refund_review"\n')
writeFileSync(join(dir, 'signalbox.yaml'), 'roles: {}\n')

/** Prints, one a line, what is offered for the words in "$@", the last of which is begun. */
const asks = {
  bash: 'COMP_WORDS=(signalbox "$@"); COMP_CWORD=$#; compopt() { :; }; _signalbox; printf "%s\\n" "${COMPREPLY[@]}"',
  zsh: `compadd() { print -rl -- "\${@:#--}" }
_describe() { local -a all; all=("\${(@P)2}"); print -rl -- "\${(@)all%%:*}" }
_files() { print -rl -- * }
words=(signalbox "$@"); CURRENT=$#words; _signalbox`,
  fish: 'complete -C "signalbox $argv"',
}
type Shell = keyof typeof asks
/** zsh's own machinery is stood in for: it completes only while somebody types. */
const before = { bash: '', zsh: 'compdef() { : }\n', fish: '' }

async function scriptOf(shell: Shell): Promise<string> {
  const { code, stdout, stderr } = await signalbox({}, 'completion', shell)
  assert.equal(code, 0, stderr)
  return stdout
}

function offeredBy(shell: Shell, script: string, words: string[]): string[] {
  const begun = words.at(-1) ?? ''
  const given =
    shell === 'fish' ? [words.join(' ')] : shell === 'bash' ? ['bash', ...words] : ['zsh', ...words]
  const options = shell === 'zsh' ? ['-f'] : shell === 'bash' ? ['--norc'] : ['--no-config']
  const asked = spawnSync(shell, [...options, '-c', `${before[shell]}${script}\n${asks[shell]}`, ...given], {
    encoding: 'utf8',
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: dir, WORKFLOWS_DIR: dir },
  })
  assert.equal(asked.stderr, '', asked.stderr)
  const lines = asked.stdout.split('\n').map((line) => line.split('\t')[0] ?? '')
  return lines.filter((line) => line !== '' && line.startsWith(begun))
}

const isThere = (shell: Shell): boolean => spawnSync(shell, ['--version']).status === 0

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  const missing = { skip: !isThere(shell) && `${shell} is not installed here` }
  test(`${shell} completes commands, options, their values, files and workflows`, missing, async () => {
    const script = await scriptOf(shell)
    const offered = (...words: string[]) => offeredBy(shell, script, words)
    assert.deepEqual(offered('sta'), ['start', 'status'])
    assert.deepEqual(offered('table', 'i'), ['import'])
    assert.deepEqual(offered('status', '--w'), ['--watch'])
    assert.deepEqual(offered('audit', 'list', '--').toSorted().slice(0, 2), ['--actor', '--help'])
    assert.deepEqual(offered('digest', '--format', 'h'), ['html'])
    assert.deepEqual(offered('schema', 'st'), ['standards'])
    assert.deepEqual(offered('status', ''), ['order-delivery', 'refund_review'])
    assert.deepEqual(offered('pause', '--workflow', 'ref'), ['refund_review'])
    assert.deepEqual(offered('replay', '--workflow', 'ref'), ['refund_review'])
    assert.deepEqual(offered('check', 'a'), ['a.yaml'])
    assert.deepEqual(offered('resolve', ''), [])
  })
}

test('another shell is wrong usage', async () => {
  const ended = await signalbox({}, 'completion', 'tcsh')
  assert.equal(ended.code, 2)
  assert.match(ended.stderr, /Allowed choices are bash, zsh, fish/)
})
