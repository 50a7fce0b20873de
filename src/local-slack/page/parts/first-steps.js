// What somebody who has just come can do, where a channel has nothing to read yet.

import { html } from '../html.js'
import { useWorkspace } from '../workspace.js'
import { firstExample, useSendExample } from './send-example.js'

const Step = ({ title, children }) =>
  html`<li class="step">
    <strong>${title}</strong>
    <div class="step-body">${children}</div>
  </li>`

/** Channels in which something new stands: where the answer to an event is to be looked for. */
const NewIn = () => {
  const { workspace, go } = useWorkspace()
  const found = workspace.channels.filter((one) => one.unread > 0 && one.kind !== 'im')
  return found.map(
    (one) =>
      html`<button
        type="button"
        class="button button-small"
        key=${one.id}
        onClick=${() => go({ channel: one.id })}
      >
        Go to #${one.name}
      </button>`,
  )
}

const SendOne = ({ example }) => {
  const { said, send } = useSendExample(example)
  return html`<${Step} title="Send an example event">
    <p class="note">
      ${example.title}. What needs attention comes as a card, and its channel turns bold in the list.
    </p>
    <div class="button-row">
      <button type="button" class="button button-small button-primary" onClick=${() => send()}>
        Send it
      </button>
      <${NewIn} />
    </div>
    <p class="note" role="status">${said}</p>
  <//>`
}

export const FirstSteps = () => {
  const { workspace, person, go } = useWorkspace()
  const { examples, commands, app } = workspace
  const example = firstExample(examples)
  const name = person(workspace.bot)?.name ?? 'The app'
  return html`<section class="first-steps" aria-label="First steps">
    <h3>Your first five minutes</h3>
    ${app.mode === 'none' && html`<p role="status">${name} is not connected yet.</p>`}
    <ol>
      ${example && html`<${SendOne} example=${example} />`}
      <${Step} title="Resolve it">
        <p class="note">
          Press a button of the card. You act as ${person(workspace.as)?.name}; who you are is chosen above
          the channels.
        </p>
      <//>
      ${
        commands.length > 0 &&
        html`<${Step} title="Ask for something">
          <p class="note">
            Type <code>${commands[0].command} help</code> below. The answer is for you alone.
          </p>
        <//>`
      }
      <${Step} title="See what is assigned to you">
        <div class="button-row">
          <button type="button" class="button button-small" onClick=${() => go({ home: true })}>
            Home of ${name}
          </button>
        </div>
      <//>
      <${Step} title="Make it hard">
        <p class="note">Under <strong>Try</strong>: rate limits, errors, an outage, people who leave.</p>
      <//>
    </ol>
  </section>`
}
