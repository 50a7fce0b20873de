// The workspace as the person acting sees it: read once, then kept true by the feed.

import { applyEvent, needsReload } from './feed.js'
import { useEffect, useRef, useState } from './html.js'
import { followFeed, readDeliveries, readState } from './server.js'

const retryMs = 2000

/** The first person who is not a bot and still here: somebody to start as. */
const somebody = (people) => people.find((one) => !one.isBot && !one.isDeleted)?.id

const firstChannel = (channels) =>
  channels.find((one) => one.kind !== 'im' && !one.isArchived)?.id ?? channels[0]?.id

/** What a reader who cannot see it should hear of an event. */
const heard = (event, { place, state }) => {
  if (event.kind !== 'message' || !event.isNew || event.message.channel !== place.channel) return
  const who = state.workspace.people.find((one) => one.id === event.message.user)
  return `${who?.name ?? 'Somebody'}: ${event.message.text.slice(0, 200)}`
}

export const useWorkspaceState = (place, setPlace) => {
  const [state, setState] = useState(null)
  const [problem, setProblem] = useState('')
  const [isLive, setLive] = useState(true)
  const [reloads, setReloads] = useState(0)
  const [announcement, setAnnouncement] = useState('')
  const current = useRef(null)
  current.current = { place, state }
  const reload = () => setReloads((count) => count + 1)

  // after a break the lists are read again too: what failed meanwhile is made good
  const wasLive = useRef(true)
  const onConnection = (isOpen) => {
    setLive(isOpen)
    if (isOpen && !wasLive.current) reload()
    wasLive.current = isOpen
  }

  const onEvent = (event) => {
    if (needsReload(current.current.state, event)) return reload()
    setState((before) => applyEvent(before, event))
    const words = heard(event, current.current)
    if (words) setAnnouncement(words)
  }

  useEffect(() => {
    let stop = () => {}
    let isCurrent = true
    const start = async () => {
      const as = place.as ?? somebody((await readState()).people)
      const workspace = await readState(as)
      const { deliveries } = await readDeliveries()
      if (!isCurrent) return
      setState((before) => ({ ...before, workspace, deliveries, clockReadAt: Date.now() }))
      setProblem('')
      stop = followFeed({ as, after: workspace.seq, onEvent, onConnection })
      const { place: at } = current.current
      if (!at.as || (!at.channel && !at.isHome))
        setPlace({ ...at, as, channel: at.channel ?? firstChannel(workspace.channels) })
    }
    start().catch((error) => {
      if (!isCurrent) return
      setProblem(error.message)
      setTimeout(reload, retryMs)
    })
    return () => {
      isCurrent = false
      stop()
    }
  }, [place.as, reloads])

  return { state, setState, problem, isLive, announcement, reload, reloads, current }
}
