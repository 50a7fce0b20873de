// What every part of the page may ask of the workspace it draws: who, where, what time it is there.
//
// Two circles. The directory changes only when people, groups or channels do, so the hundreds of parts within
// messages are not drawn anew with each event. The workspace is all of the state, for the frame around them.

import { createContext, html, useContext, useMemo, useRef } from './html.js'

/**
 * @typedef {object} Directory
 * @property {string} as who is acting
 * @property {import('../contract.ts').Person[]} people
 * @property {import('../contract.ts').UserGroup[]} groups
 * @property {import('../contract.ts').Shortcut[]} shortcuts
 * @property {() => import('../contract.ts').ChannelForPerson[]} channels
 * @property {(id: string) => import('../contract.ts').Person | undefined} person
 * @property {(id: string) => import('../contract.ts').ChannelForPerson | undefined} channel
 * @property {() => number} nowMs the workspace's clock
 * @property {(place: object) => void} go
 * @property {(name: string, call: object, how?: {isQuiet?: boolean}) => Promise<any>} ask a control call as the person acting; says what Slack says
 *
 * @typedef {Directory & {workspace: import('../page-contract.ts').WorkspaceState} & Record<string, any>} Workspace
 */

const DirectoryContext = createContext(null)
const WorkspaceContext = createContext(null)

/** @returns {Directory} */
export const useDirectory = () => useContext(DirectoryContext)

/** @returns {Workspace} */
export const useWorkspace = () => useContext(WorkspaceContext)

/** @param {{state: {workspace: any, clockReadAt: number}, acts: any, children?: any}} props */
export const WorkspaceProvider = ({ state, acts, children }) => {
  const { workspace } = state
  const latest = useRef(null)
  latest.current = { state, acts }
  const names = workspace.channels.map((one) => one.name).join('\n')

  const directory = useMemo(() => {
    const people = new Map(workspace.people.map((one) => [one.id, one]))
    const channels = () => latest.current.state.workspace.channels
    return {
      as: workspace.as,
      people: workspace.people,
      groups: workspace.groups,
      shortcuts: workspace.shortcuts,
      channels,
      person: (id) => people.get(id),
      channel: (id) => channels().find((one) => one.id === id),
      nowMs: () => {
        const { workspace: now, clockReadAt } = latest.current.state
        return now.nowMs + (Date.now() - clockReadAt)
      },
      go: (place) => latest.current.acts.go(place),
      ask: (...call) => latest.current.acts.ask(...call),
    }
  }, [workspace.as, workspace.people, workspace.groups, workspace.shortcuts, names])

  const whole = useMemo(() => ({ ...acts, ...directory, workspace }), [directory, workspace, acts])
  return html`<${DirectoryContext.Provider} value=${directory}>
    <${WorkspaceContext.Provider} value=${whole}>${children}<//>
  <//>`
}
