// What the person acting can do: go somewhere, ask the app, write, become somebody else.

import { useState } from './html.js'
import { control } from './server.js'

/** @param {{as: string, channel: any, place: import('./place.js').Place, setPlace: any, setState: any, reload: () => void, say: (words: string) => void}} options */
export const useActs = ({ as, channel, place, setPlace, setState, reload, say }) => {
  const [confirm, setConfirm] = useState(null)

  /** A control call as the person acting. Asks again where Slack would, and says what Slack would say. */
  const ask = async (name, call, { isQuiet = false } = {}) => {
    const whole = { user: as, ...call }
    let answer = await control(name, whole)
    if (answer.error === 'needs_confirmation') {
      const isSure = await new Promise((resolve) => setConfirm({ ...answer.confirm, resolve }))
      setConfirm(null)
      if (!isSure) return answer
      answer = await control(name, { ...whole, confirmed: true })
    }
    const words = answer.ok ? answer.delivery?.shown : answer.detail
    if (words && !isQuiet) say(words)
    return answer
  }

  /** A control call on the workspace itself: nobody in it does this. */
  const arrange = async (name, call) => {
    const answer = await control(name, call)
    if (!answer.ok) say(answer.detail)
    return answer
  }

  const go = (next) => {
    if (next.home) return setPlace({ as, isHome: true })
    if ('thread' in next) return setPlace({ ...place, thread: next.thread ?? undefined })
    setPlace({ as, channel: next.channel, isHome: false })
  }

  const send = async ({ channel: where, text, thread }) => {
    if (thread && text.startsWith('/')) {
      say(`${text.split(' ')[0]} is not supported in threads. Sorry!`)
      return false
    }
    const answer = text.startsWith('/')
      ? await ask('command', { channel: where, text })
      : await ask('message', { channel: where, text, thread })
    return answer.ok
  }

  const openDirect = async (person) => {
    const answer = await ask('dm', { with: person })
    if (!answer.ok) return
    reload()
    go({ channel: answer.channel.id })
  }

  const actAs = (id) => {
    setState((before) => ({ ...before, list: null, thread: null }))
    // a channel that the next person is not in would be an empty page
    const isShared = channel && channel.kind !== 'im' && channel.members.includes(id)
    setPlace({ as: id, channel: isShared ? channel.id : undefined, isHome: place.isHome })
  }

  return { ask, arrange, go, send, openDirect, actAs, confirm }
}
