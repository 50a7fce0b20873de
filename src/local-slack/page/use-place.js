// The place in the address as a value that redraws the page when it changes.

import { useEffect, useState } from './html.js'
import { hashOf, readPlace } from './place.js'

/** @returns {[import('./place.js').Place, (next: import('./place.js').Place) => void]} */
export const usePlace = () => {
  const [place, setPlace] = useState(readPlace)
  useEffect(() => {
    const follow = () => setPlace(readPlace())
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  return [place, (next) => (location.hash = hashOf(next))]
}
