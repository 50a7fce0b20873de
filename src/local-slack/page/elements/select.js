// Slack's select menus, single and multiple, over options, people, channels and the app's own search.

import { html } from '../html.js'
import { plainText } from '../text/text.js'
import { useDirectory } from '../workspace.js'
import { useKit } from './kit.js'
import { Picker } from './picker.js'

const fromOption = (group) => (option) => ({
  value: option.value,
  label: plainText(option.text),
  note: option.description ? plainText(option.description) : undefined,
  group,
})

const ofOptions = (element) => [
  ...(element.options ?? []).map(fromOption()),
  ...(element.option_groups ?? []).flatMap((group) => group.options.map(fromOption(plainText(group.label)))),
]

const ofPeople = ({ people }) =>
  people
    .filter((person) => !person.isDeleted)
    .map((person) => ({ value: person.id, label: person.name, note: `@${person.handle}` }))

const channelName = ({ person }, channel) =>
  channel.kind === 'im' ? (person(channel.with)?.name ?? channel.name) : `#${channel.name}`

const kindIn = { im: 'im', private: 'private', channel: 'public' }

const ofChannels = (at, include) =>
  at
    .channels()
    .filter((channel) => !channel.isArchived && (!include || include.includes(kindIn[channel.kind])))
    .map((channel) => ({ value: channel.id, label: channelName(at, channel) }))

const choicesOf = (element, at) => {
  switch (element.type.replace('multi_', '')) {
    case 'users_select':
      return ofPeople(at)
    case 'channels_select':
      return ofChannels(at, ['public'])
    case 'conversations_select':
      return ofChannels(at, element.filter?.include)
    case 'external_select':
      return [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map(fromOption())
    default:
      return ofOptions(element)
  }
}

const defaultPlaceholder = {
  users_select: 'Select a person',
  channels_select: 'Select a channel',
  conversations_select: 'Select a conversation',
}

/** @param {{block: any, element: any, label: string, onChange: (value: any) => void, describedBy?: string, isInvalid?: boolean, isClearable?: boolean}} props */
export const Select = ({ block, element, label, onChange, describedBy, isInvalid, isClearable }) => {
  const at = useDirectory()
  const kit = useKit()
  const kind = element.type.replace('multi_', '')
  const placeholder = plainText(element.placeholder) || defaultPlaceholder[kind] || 'Select an option'
  const search = async (query) => {
    const answer = await at.ask('options', {
      container: kit.container,
      blockId: block.block_id,
      actionId: element.action_id,
      query,
    })
    return answer.ok ? answer.options.map(({ text, value }) => ({ label: text, value })) : []
  }
  return html`<${Picker}
    label=${label || placeholder}
    placeholder=${placeholder}
    choices=${choicesOf(element, at)}
    value=${kit.valueOf(block, element)}
    isMany=${element.type.startsWith('multi_')}
    max=${element.max_selected_items}
    isBusy=${kit.isBusy(block, element)}
    search=${kind === 'external_select' ? search : undefined}
    describedBy=${describedBy}
    isInvalid=${isInvalid}
    isClearable=${isClearable}
    onChange=${onChange}
  />`
}
