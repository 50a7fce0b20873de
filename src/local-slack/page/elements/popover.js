// A small sheet that hangs from a button, above everything else, and closes by itself.

import { freshId, html, useEffect, useLayoutEffect, useRef, useState } from '../html.js'

const margin = 8

/** Under its button where there is room, above it where there is none, never outside the window. */
const place = (sheet, anchor) => {
  const around = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = sheet
  const left = Math.max(margin, Math.min(around.left, window.innerWidth - width - margin))
  const below = around.bottom + 4
  const isRoom = below + height <= window.innerHeight - margin
  sheet.style.left = `${left}px`
  sheet.style.top = isRoom ? `${below}px` : 'auto'
  // held at its lower edge, so that it stays at the button when a search makes it shorter
  sheet.style.bottom = isRoom ? 'auto' : `${window.innerHeight - around.top + 4}px`
  sheet.style.minWidth = `${Math.min(around.width, window.innerWidth - 2 * margin)}px`
}

/**
 * @param {{button: (props: object, isOpen: boolean) => any, role: string, label?: string, children: (close: () => void) => any}} props
 */
export const Popover = ({ button, role, label, children }) => {
  const [isOpen, setOpen] = useState(false)
  const anchor = useRef(null)
  const sheet = useRef(null)
  const [id] = useState(() => freshId('sheet'))

  const close = () => {
    setOpen(false)
    anchor.current?.focus()
  }

  useLayoutEffect(() => {
    if (!isOpen) return
    sheet.current.showPopover()
    place(sheet.current, anchor.current)
    sheet.current.querySelector('[data-focus], input, [role^="menuitem"], button')?.focus()
  }, [isOpen])

  useEffect(() => {
    if (!isOpen) return
    const outside = (event) => {
      if (!sheet.current?.contains(event.target) && !anchor.current?.contains(event.target)) setOpen(false)
    }
    const again = (event) => {
      if (!sheet.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    window.addEventListener('resize', again)
    document.addEventListener('scroll', again, true)
    return () => {
      document.removeEventListener('pointerdown', outside)
      window.removeEventListener('resize', again)
      document.removeEventListener('scroll', again, true)
    }
  }, [isOpen])

  const onKeyDown = (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    event.preventDefault()
    close()
  }

  return html`
    ${button(
      {
        ref: anchor,
        type: 'button',
        'aria-haspopup': role,
        'aria-expanded': String(isOpen),
        'aria-controls': isOpen ? id : undefined,
        onClick: () => setOpen(!isOpen),
      },
      isOpen,
    )}
    ${
      isOpen &&
      html`<div
        class="sheet"
        popover="manual"
        ref=${sheet}
        id=${id}
        role=${role === 'menu' ? 'menu' : 'dialog'}
        aria-label=${label}
        onKeyDown=${onKeyDown}
      >
        ${children(close)}
      </div>`
    }
  `
}
