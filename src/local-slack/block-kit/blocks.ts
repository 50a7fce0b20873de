// Every block that Slack knows, with the parts it must and may have.

import {
  boolean,
  byType,
  isObject,
  list,
  oneOf,
  refuse,
  shape,
  string,
  type Check,
  type Fields,
  type Json,
  type Place,
} from './check.ts'
import { chartBlock } from './charts.ts'
import {
  boxes,
  button,
  contextActionElements,
  datepicker,
  datetimepicker,
  menus,
  overflow,
  timepicker,
  workflowButton,
} from './elements.ts'
import { richTextInput, typedInputs } from './inputs.ts'
import { limits } from './limits.ts'
import { richText } from './rich-text.ts'
import { dataTableBlock, tableBlock } from './tables.ts'
import { httpsUrl, id, imageBlock, imageElement, plain, text, url } from './text.ts'

const block = { block_id: id } satisfies Fields
const pressed = { button, overflow, workflow_button: workflowButton, ...boxes, ...menus } satisfies Fields

const needsOneOf =
  (...keys: string[]) =>
  (value: Json, at: Place): void => {
    if (keys.every((key) => value[key] === undefined))
      refuse(at, 'missing_field', `missing required field: one of ${keys.join(', ')}`, {
        type: 'required',
        expected: keys,
      })
  }

const accessory = byType({ ...pressed, image: imageElement, datepicker, timepicker })

const sectionBlock = shape(
  {},
  {
    ...block,
    text: text(limits.text),
    fields: list(text(limits.fieldText), { max: limits.fields }),
    accessory,
    expand: boolean,
  },
  needsOneOf('text', 'fields'),
)

const inputElement = byType({
  ...boxes,
  ...menus,
  ...typedInputs,
  datepicker,
  timepicker,
  datetimepicker,
  rich_text_input: richTextInput,
})

const image = byType({ image: imageElement })

const cardBlock = shape(
  {},
  {
    ...block,
    hero_image: image,
    icon: image,
    title: text(limits.cardTitle),
    subtitle: text(limits.cardTitle),
    body: text(limits.cardBody),
    actions: list(byType({ button })),
  },
  needsOneOf('hero_image', 'title', 'actions', 'body'),
)

/** Slack takes a plan's task without its type too. */
const planTask: Check = (value, at) =>
  (isObject(value) && value.type === undefined ? taskCardBlock : byType({ task_card: taskCardBlock }))(
    value,
    at,
  )

const taskCardBlock = shape(
  {
    task_id: string(),
    title: string(),
  },
  {
    ...block,
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
    details: richText,
    output: richText,
    sources: list(byType({ url: shape({ url, text: string() }) }), { min: 0 }),
  },
)

const plainBlocks = {
  actions: shape(
    {
      elements: list(
        byType({ ...pressed, datepicker, timepicker, datetimepicker, rich_text_input: richTextInput }),
        { max: limits.actionElements },
      ),
    },
    block,
  ),
  context: shape(
    {
      elements: list(
        byType({ image: imageElement, plain_text: text(limits.text), mrkdwn: text(limits.text) }),
        { max: limits.contextElements },
      ),
    },
    block,
  ),
  divider: shape({}, block),
  file: shape({ external_id: string(), source: oneOf('remote') }, block),
  header: shape({ text: plain(limits.header) }, block),
  image: imageBlock,
  input: shape(
    { label: plain(limits.label), element: inputElement },
    { ...block, hint: plain(limits.label), optional: boolean, dispatch_action: boolean },
  ),
  rich_text: richText,
  section: sectionBlock,
  table: tableBlock,
  video: shape(
    {
      video_url: httpsUrl,
      thumbnail_url: url,
      alt_text: string({ max: limits.altText }),
      title: plain(limits.videoTitle),
    },
    {
      ...block,
      title_url: httpsUrl,
      author_name: string({ max: limits.videoAuthor }),
      provider_name: string(),
      provider_icon_url: url,
      description: plain(limits.videoTitle),
    },
  ),
} satisfies Fields

const containerBlock = shape(
  { child_blocks: list(byType(plainBlocks), { max: limits.containerBlocks }) },
  {
    ...block,
    title: plain(limits.cardTitle),
    rich_text_title: richText,
    subtitle: text(limits.cardTitle),
    icon: image,
    width: oneOf('narrow', 'standard', 'wide', 'full'),
    is_collapsible: boolean,
    default_collapsed: boolean,
    has_header_divider: boolean,
  },
  needsOneOf('title', 'rich_text_title'),
)

const blockShapes = {
  ...plainBlocks,
  alert: shape(
    { text: text(limits.alertText) },
    { ...block, level: oneOf('default', 'info', 'warning', 'error', 'success') },
  ),
  card: cardBlock,
  carousel: shape({ elements: list(byType({ card: cardBlock }), { max: limits.cards }) }, block),
  container: containerBlock,
  context_actions: shape(
    { elements: list(byType(contextActionElements), { max: limits.contextActions }) },
    block,
  ),
  data_table: dataTableBlock,
  data_visualization: chartBlock,
  markdown: shape({ text: string({ max: limits.markdownInMessage }) }, block),
  plan: shape({ title: string() }, { ...block, tasks: list(planTask, { min: 0 }) }),
  task_card: taskCardBlock,
} satisfies Fields

export const anyBlock: Check = byType(blockShapes)
