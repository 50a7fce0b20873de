// The app's Home tab.

import { Blocks } from '../blocks/blocks.js'
import { KitProvider } from '../elements/kit.js'
import { html, useMemo, useState } from '../html.js'
import { useWorkspace } from '../workspace.js'

const Filled = ({ home }) => {
  const [values, setValues] = useState({})
  const container = useMemo(() => ({ viewId: home.id }), [home.id])
  return html`<${KitProvider} container=${container} values=${values} onValues=${setValues}>
    <${Blocks} blocks=${home.blocks} />
  <//>`
}

export const Home = () => {
  const { workspace, person } = useWorkspace()
  const { home, app } = workspace
  const name = person(workspace.bot)?.name ?? 'The app'
  return html`<div class="scroller home" tabindex="0" role="region" aria-label=${`Home of ${name}`}>
    ${
      home
        ? html`<div class="home-inner"><${Filled} home=${home} /></div>`
        : html`<div class="empty">
            <h2>Nothing here yet</h2>
            <p class="note">
              ${
                app.mode === 'none'
                  ? `${name} is not connected. Start it, and its Home tab appears here.`
                  : `${name} has not published a Home tab for you.`
              }
            </p>
          </div>`
    }
  </div>`
}
