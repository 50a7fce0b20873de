// Example events: bodies an outside system would post to the product's webhook, as they are or changed by hand.

import { html, useState } from '../html.js'
import { useWorkspace } from '../workspace.js'

const written = (body) => JSON.stringify(body, null, 2)

/** What the product answered, in a few words. */
const words = ({ status, body }) => {
  try {
    const { run, duplicate, detail } = JSON.parse(body)
    if (duplicate) return `Answered ${status}: it knows this event already (${run}).`
    if (status < 300 && run) return `Answered ${status}: ${run}`
    return `Answered ${status}${detail ? `: ${detail}` : ''}`
  } catch {
    return `Answered ${status}`
  }
}

const Example = ({ example }) => {
  const { arrange } = useWorkspace()
  const [body, setBody] = useState(() => written(example.body))
  const [said, setSaid] = useState('')

  const send = async () => {
    let parsed
    try {
      parsed = JSON.parse(body)
    } catch {
      return setSaid('This is not JSON.')
    }
    setSaid('Sending…')
    // As it stands here it may be sent again and again, each time as another event; changed by hand it is left alone.
    const fresh = body === written(example.body)
    const answer = await arrange('webhook', { workflow: example.workflow, body: parsed, fresh })
    setSaid(answer.ok ? words(answer) : 'Not sent.')
  }

  return html`<li class="example">
    <div class="example-head">
      <strong>${example.title}</strong>
      <button type="button" class="button button-small" aria-label=${`Send ${example.title}`} onClick=${send}>
        Send
      </button>
    </div>
    <details>
      <summary class="note">Look at it or change it</summary>
      <textarea
        class="field field-code"
        rows="10"
        aria-label=${`Body of ${example.title}`}
        spellcheck="false"
        value=${body}
        onInput=${(event) => setBody(event.target.value)}
      ></textarea>
    </details>
    <p class="note" role="status">${said}</p>
  </li>`
}

/** The title without the workflow's name, which stands above it. */
const within = (workflow, { title }) => {
  const [first, ...rest] = title.split(': ')
  const isItsOwn = rest.length > 0 && first.toLowerCase() === workflow.replaceAll('-', ' ')
  const short = isItsOwn ? rest.join(': ') : title
  return short.charAt(0).toUpperCase() + short.slice(1)
}

const Group = ({ workflow, examples, isOpen }) =>
  html`<details class="example-group" open=${isOpen}>
    <summary><code>/hooks/${workflow}</code> <span class="note">${examples.length}</span></summary>
    <ul class="plain-list">
      ${examples.map(
        (one) => html`<${Example} key=${one.name} example=${{ ...one, title: within(workflow, one) }} />`,
      )}
    </ul>
  </details>`

export const Examples = () => {
  const { examples } = useWorkspace().workspace
  if (examples.length === 0)
    return html`<p class="note">No examples here yet. The product brings them when it starts.</p>`
  const workflows = [...new Set(examples.map((one) => one.workflow))]
  return workflows.map(
    (workflow, index) =>
      html`<${Group}
        key=${workflow}
        workflow=${workflow}
        examples=${examples.filter((one) => one.workflow === workflow)}
        isOpen=${index === 0}
      />`,
  )
}
