// Short sentences that go by themselves after a while.

import { useState } from './html.js'

const shownMs = 8000
const atOnce = 4

export const useToasts = () => {
  const [toasts, setToasts] = useState([])
  const dismiss = (id) => setToasts((list) => list.filter((one) => one.id !== id))
  const say = (text) => {
    const id = crypto.randomUUID()
    setToasts((list) => [...list.slice(1 - atOnce), { id, text }])
    setTimeout(() => dismiss(id), shownMs)
  }
  return { toasts, say, dismiss }
}
