// What inputs hold: at first, when handed in, and what Slack refuses to hand in before it asks the app. Pure.

const wordsOf = (node) =>
  Array.isArray(node?.elements) ? node.elements.map(wordsOf).join('') : (node?.text ?? '')

/** @returns {import('../../control-contract.ts').ElementValue} */
export const initialValue = (element) => {
  switch (element.type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return element.initial_option?.value ?? null
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return (element.initial_options ?? []).map((option) => option.value)
    case 'users_select':
      return element.initial_user ?? null
    case 'multi_users_select':
      return element.initial_users ?? []
    case 'conversations_select':
      return element.initial_conversation ?? null
    case 'multi_conversations_select':
      return element.initial_conversations ?? []
    case 'channels_select':
      return element.initial_channel ?? null
    case 'multi_channels_select':
      return element.initial_channels ?? []
    case 'datepicker':
      return element.initial_date ?? null
    case 'timepicker':
      return element.initial_time ?? null
    case 'datetimepicker':
      return element.initial_date_time ?? null
    case 'rich_text_input':
      return element.initial_value ? wordsOf(element.initial_value) : null
    default:
      return element.initial_value ?? null
  }
}

const isEmpty = (value) => value === null || value === undefined || value === '' || value.length === 0

const holdsNothing = new Set(['button', 'image', 'overflow', 'workflow_button', 'plain_text', 'mrkdwn'])

/** Every element of these blocks that holds a value, with its block. */
const elementsOf = (blocks) =>
  blocks.flatMap((block) =>
    [block.element, block.accessory, block.type === 'actions' ? block.elements : []]
      .flat()
      .filter((element) => element?.action_id && !holdsNothing.has(element.type))
      .map((element) => ({ block, element })),
  )

/** By block_id and action_id: what stands in a form now. */
export const formValues = (blocks, values) => {
  /** @type {import('../../control-contract.ts').ElementValues} */
  const all = {}
  for (const { block, element } of elementsOf(blocks)) {
    const kept = values[block.block_id]?.[element.action_id]
    const value = kept === undefined ? initialValue(element) : kept
    all[block.block_id] = {
      ...all[block.block_id],
      [element.action_id]: isEmpty(value) ? emptyOf(value) : value,
    }
  }
  return all
}

const emptyOf = (value) => (Array.isArray(value) ? [] : null)

const numberProblem = (element, value) => {
  const number = Number(value)
  if (!/^-?\d+(\.\d+)?$/.test(String(value).trim())) return 'Please enter a valid number.'
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return 'Please enter a whole number.'
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter a number no less than ${element.min_value}.`
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter a number no more than ${element.max_value}.`
}

const lengthProblem = (element, value) => {
  const length = [...value].length
  if (length < (element.min_length ?? 0)) return `Please enter at least ${element.min_length} characters.`
  if (length > (element.max_length ?? 3000))
    return `Please enter at most ${element.max_length ?? 3000} characters.`
}

const problemOf = (element, value) => {
  switch (element.type) {
    case 'number_input':
      return numberProblem(element, value)
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Please enter a valid email address.'
    case 'url_text_input':
      return URL.canParse(value) ? undefined : 'Please enter a valid URL.'
    case 'plain_text_input':
      return lengthProblem(element, value)
  }
}

/** By block_id: what Slack itself would say before it sends the form off. */
export const formProblems = (blocks, values) => {
  /** @type {Record<string, string>} */
  const problems = {}
  for (const { block, element } of elementsOf(blocks)) {
    if (block.type !== 'input') continue
    const value = values[block.block_id]?.[element.action_id]
    const problem = isEmpty(value)
      ? !block.optional && 'Please complete this required field.'
      : problemOf(element, value)
    if (problem) problems[block.block_id] = problem
  }
  return problems
}
