// The page's own small drawings, so that it looks the same where no emoji font is installed.

import { html } from '../html.js'

const paths = {
  up: 'M10 16V5M5 9.5l5-5 5 5',
  down: 'M10 4v11M5 10.5l5 5 5-5',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6M8.5 9v4M11.5 9v4',
  edit: 'M4 16l.8-3.5L13 4.3l2.7 2.7-8.2 8.2z',
  refresh: 'M15.5 8A6 6 0 1 0 16 11M16 4v4h-4',
  copy: 'M7 7h9v9H7zM13 7V4H4v9h3',
  note: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.5v4M10 6.7h.01',
  warning: 'M10 3.5l7 12.5H3zM10 8.5v3.5M10 14.2h.01',
  error: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.5 7.5l5 5M12.5 7.5l-5 5',
  success: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM6.8 10.2l2.2 2.2 4.2-4.6',
  reply:
    'M4 5.5A1.5 1.5 0 0 1 5.5 4h9A1.5 1.5 0 0 1 16 5.5v6a1.5 1.5 0 0 1-1.5 1.5H9l-3.5 3v-3A1.5 1.5 0 0 1 4 11.5z',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  people:
    'M7.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 15.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M12.5 4.8a2.5 2.5 0 0 1 0 4.4M14 11.8c1.8.5 3 1.9 3 3.7',
  lock: 'M6 9V7a4 4 0 0 1 8 0v2M5 9h10v7H5z',
  flask: 'M8 3h4M9 3v5l-4.5 7.2A1.2 1.2 0 0 0 5.5 17h9a1.2 1.2 0 0 0 1-1.8L11 8V3M6.5 13h7',
  menu: 'M3 6h14M3 10h14M3 14h14',
  close: 'M5 5l10 10M15 5L5 15',
  send: 'M4 10h11M10.5 5.5L15 10l-4.5 4.5',
  picture: 'M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M12.5 8h.01',
  file: 'M6 3h6l3 3v11H6zM12 3v3h3',
  bolt: 'M11 2L4.5 11H10l-1 7 6.5-9H10z',
}

export const hasIcon = (name) => Object.hasOwn(paths, name)

export const Icon = ({ name }) =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d=${paths[name]} /></svg>`
