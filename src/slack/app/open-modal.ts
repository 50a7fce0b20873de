// Opening a modal: its trigger lives three seconds and works once. What needs data opens as a loading view when the
// data is not there at once, and is filled in when it is.
import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { setTimeout as sleep } from 'node:timers/promises'

const AT_ONCE_MS = 400

const loading = (title: string): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: title },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [{ type: 'section', text: { type: 'plain_text', text: 'One moment…' } }],
})

export interface Opening {
  client: WebClient
  triggerId: string
  title: string
  /** On top of the modal in which the button was pressed. */
  isOnTop?: boolean
}

export async function openModal(opening: Opening, build: () => Promise<ModalView>): Promise<void> {
  const { client, triggerId, title, isOnTop = false } = opening
  const open = (view: ModalView) =>
    isOnTop
      ? client.views.push({ trigger_id: triggerId, view })
      : client.views.open({ trigger_id: triggerId, view })
  const building = build()
  const ready = await Promise.race([building, sleep(AT_ONCE_MS, undefined, { ref: false })])
  if (ready) {
    await open(ready)
    return
  }
  building.catch(() => {}) // awaited below; a failure of views.open must not leave it unhandled
  const { view } = await open(loading(title))
  await client.views.update({
    view_id: view?.id ?? '',
    ...(view?.hash === undefined ? {} : { hash: view.hash }),
    view: await building,
  })
}
