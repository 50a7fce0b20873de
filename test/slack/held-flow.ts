// A workflow for tests about what waits for a person: an `amount` that is no number stops its event at @ada.
export const CHANNEL = '#ops-exceptions'

export const heldFlow = (workflow: string, title = workflow): string => `
workflow: ${workflow}
title: ${title}
owner: "@ada"
channel: "${CHANNEL}"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string }, amount: { type: number } }
rules: [{ rule: all, when: 'true', route: pay }]
routes: { pay: { actions: [], outcome: achieved } }
`
