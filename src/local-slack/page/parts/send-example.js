// Sending an example event to the product's webhook, and what it answered in a few words.

import { useState } from '../html.js'
import { useWorkspace } from '../workspace.js'

export const written = (body) => JSON.stringify(body, null, 2)

/** The one to begin with: a cancelled order, whose refund a person must agree to. */
export const firstExample = (examples) =>
  examples.find((one) => one.name === 'order-delivery/refund') ?? examples[0]

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

/** @param {import('../../page-contract.ts').Example} example */
export const useSendExample = (example) => {
  const { arrange } = useWorkspace()
  const [said, setSaid] = useState('')

  const send = async (text = written(example.body)) => {
    let body
    try {
      body = JSON.parse(text)
    } catch {
      return setSaid('This is not JSON.')
    }
    setSaid('Sending…')
    // As it stands it may be sent again and again, each time as another event; changed by hand it is left alone.
    const fresh = text === written(example.body)
    const answer = await arrange('webhook', { workflow: example.workflow, body, fresh })
    setSaid(answer.ok ? words(answer) : 'Not sent.')
  }
  return { said, send }
}
