// The app's modals: the view on top of the stack, its form, and what was wrong with it.

import { Blocks } from '../blocks/blocks.js'
import { KitProvider } from '../elements/kit.js'
import { formProblems, formValues } from '../elements/values.js'
import { html, useLayoutEffect, useMemo, useRef, useState } from '../html.js'
import { useWorkspace } from '../workspace.js'
import { Avatar } from './avatar.js'
import { Dialog } from './dialog.js'
import { Icon } from './icon.js'

const troubled = 'We had some trouble connecting. Try again?'

const View = ({ view, depth }) => {
  const { ask, person, workspace } = useWorkspace()
  const [values, setValues] = useState({})
  const [ownErrors, setOwnErrors] = useState({})
  const [trouble, setTrouble] = useState('')
  const [isSending, setSending] = useState(false)
  const body = useRef(null)
  const container = useMemo(() => ({ viewId: view.id }), [view.id])
  const errors = useMemo(() => ({ ...view.errors, ...ownErrors }), [view.errors, ownErrors])

  const onValues = (next) => {
    setValues(next)
    setOwnErrors({})
  }

  useLayoutEffect(() => {
    const wrong = body.current?.querySelector('.input-block-wrong')
    wrong?.scrollIntoView({ block: 'nearest' })
    wrong?.querySelector('input, textarea, button')?.focus()
  }, [errors])

  const submit = async (event) => {
    event.preventDefault()
    const all = formValues(view.blocks, values)
    const problems = formProblems(view.blocks, all)
    setOwnErrors(problems)
    setTrouble('')
    if (Object.keys(problems).length > 0) return
    setSending(true)
    const answer = await ask('submit', { viewId: view.id, values: all }, { isQuiet: true })
    setSending(false)
    const shown = answer.ok ? answer.delivery?.shown : answer.detail
    if (answer.ok && Object.keys(answer.errors ?? {}).length > 0) return
    if (shown) setTrouble(shown || troubled)
  }

  const known = new Set(view.blocks.map((block) => block.block_id))
  const stray = Object.entries(errors).filter(([block]) => !known.has(block))

  return html`<form class="view" onSubmit=${submit} novalidate aria-busy=${isSending ? 'true' : undefined}>
    <header class="view-head">
      <${Avatar} person=${person(workspace.bot)} size="small" />
      <h2 class="dialog-title">${view.title}</h2>
      ${depth > 1 && html`<span class="note">${depth} of 3</span>`}
      <button
        type="button"
        class="button-icon"
        aria-label="Close"
        onClick=${() => ask('close', { viewId: view.id, all: true })}
      >
        <${Icon} name="close" />
      </button>
    </header>
    <div class="view-body" tabindex="0" ref=${body}>
      ${trouble && html`<p class="view-trouble" role="alert">${trouble}</p>`}
      ${stray.map(([block, words]) => html`<p class="view-trouble" role="alert" key=${block}>${words}</p>`)}
      <${KitProvider} container=${container} values=${values} onValues=${onValues} errors=${errors}>
        <${Blocks} blocks=${view.blocks} />
      <//>
    </div>
    <footer class="dialog-foot">
      <button type="button" class="button" onClick=${() => ask('close', { viewId: view.id })}>
        ${view.close ?? (view.submit ? 'Cancel' : 'Close')}
      </button>
      ${
        view.submit &&
        html`<button type="submit" class="button button-primary" disabled=${isSending}>
          ${isSending ? 'Sending…' : view.submit}
        </button>`
      }
    </footer>
  </form>`
}

export const Modals = () => {
  const { workspace, ask } = useWorkspace()
  const top = workspace.views.at(-1)
  if (!top) return null
  // keyed by the bottom view: the dialog stays while the stack within it grows and shrinks
  return html`<${Dialog}
    key=${top.rootViewId}
    label=${top.title}
    class="dialog-view"
    focus=".view-body input, .view-body textarea, .view-body .picker-button"
    onClose=${() => ask('close', { viewId: top.id })}
  >
    ${workspace.views.map(
      (view, index) =>
        html`<div key=${view.id} hidden=${view !== top}><${View} view=${view} depth=${index + 1} /></div>`,
    )}
  <//>`
}
