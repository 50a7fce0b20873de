// Example events: bodies an outside system would post to the product's webhook, as they are or changed by hand.

import { html, useState } from '../html.js'
import { useWorkspace } from '../workspace.js'
import { firstExample, useSendExample, written } from './send-example.js'

const Example = ({ example }) => {
  const [body, setBody] = useState(() => written(example.body))
  const { said, send } = useSendExample(example)

  return html`<li class="example">
    <div class="example-head">
      <strong>${example.title}</strong>
      <button
        type="button"
        class="button button-small"
        aria-label=${`Send ${example.title}`}
        onClick=${() => send(body)}
      >
        Send
      </button>
    </div>
    <details>
      <summary class="note">View or edit</summary>
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
  const first = firstExample(examples).workflow
  const workflows = [...new Set([first, ...examples.map((one) => one.workflow)])]
  return html`<p class="note">Each is named after where it goes: a route, or why it stops for a person.</p>
    ${workflows.map(
      (workflow) =>
        html`<${Group}
          key=${workflow}
          workflow=${workflow}
          examples=${examples.filter((one) => one.workflow === workflow)}
          isOpen=${workflow === first}
        />`,
    )}`
}
