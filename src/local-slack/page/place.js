// Where the page is, kept in the address (#c=C1&t=ts&as=U1), so that a reload or a second tab finds it again.

/** @typedef {{as?: string, channel?: string, thread?: string, isHome: boolean}} Place */

/** @returns {Place} */
export const readPlace = () => {
  const fields = new URLSearchParams(location.hash.slice(1))
  return {
    as: fields.get('as') ?? undefined,
    channel: fields.get('c') ?? undefined,
    thread: fields.get('t') ?? undefined,
    isHome: fields.has('home'),
  }
}

/** @param {Place} place */
export const hashOf = ({ as, channel, thread, isHome }) => {
  const fields = new URLSearchParams()
  if (as) fields.set('as', as)
  if (isHome) fields.set('home', '1')
  else if (channel) fields.set('c', channel)
  if (thread && !isHome) fields.set('t', thread)
  return `#${fields}`
}
