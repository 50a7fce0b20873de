// The buttons that resolve an exception, wherever it is shown: what its case offers, and to hand it over. Pure.
import type { Button } from '@slack/types'
import { wayLabel } from '../../domain/exceptions/case-words.ts'
import { type Case, type Way, waysOf } from '../../domain/exceptions/ways.ts'
import { buttonValue, choiceAction } from '../app/ids.ts'
import type { Confirms } from './confirm.ts'

interface Shown {
  id: string
  revision: number
}

/** What ends the case without anything being done comes last, apart from what goes on. */
const isRefusal = (way: Way): boolean => way.do === 'decline' || way.do === 'dismiss'

function styleOf(way: Way, position: number): Pick<Button, 'style'> {
  if (way.do === 'choose') return way.style === undefined ? {} : { style: way.style }
  if (isRefusal(way)) return { style: 'danger' }
  return position === 0 ? { style: 'primary' } : {}
}

/** Most natural first; `reassign` and `why` stand on every card. */
export function wayButtons(kind: Case, { id: exceptionId, revision }: Shown, confirms: Confirms): Button[] {
  const value = buttonValue({ exceptionId, revision })
  const ways = waysOf(kind)
  const ofWay = (way: Way, position: number): Button => {
    const confirm = confirms(way)
    return {
      type: 'button',
      action_id: way.do === 'choose' ? choiceAction(way.position) : way.do,
      text: { type: 'plain_text', text: wayLabel(kind, way) },
      value: way.do === 'choose' ? buttonValue({ exceptionId, revision, choice: way.position }) : value,
      ...styleOf(way, position),
      ...(confirm && { confirm }),
    }
  }
  const other = (action: string, text: string): Button => ({
    type: 'button',
    action_id: action,
    text: { type: 'plain_text', text },
    value,
  })
  return [
    ...ways.filter((way) => !isRefusal(way)).map(ofWay),
    other('reassign', 'Reassign'),
    ...ways.filter(isRefusal).map(ofWay),
    other('why', 'Why?'),
  ]
}
