// One of every block and element that the page draws, as messages that Slack would take.

import type { KnownBlock } from '@slack/types'

const plain = (text: string) => ({ type: 'plain_text' as const, text })
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text })
const options = ['One', 'Two', 'Three'].map((text) => ({ text: plain(text), value: text.toLowerCase() }))

const said = (text: string) => ({
  type: 'rich_text' as const,
  elements: [{ type: 'rich_text_section' as const, elements: [{ type: 'text' as const, text }] }],
})

const cells = (...texts: string[]) => texts.map((text) => ({ type: 'raw_text' as const, text }))

export const textBlocks: KnownBlock[] = [
  { type: 'header', text: plain('Refund of €1,240.00 needs an approval') },
  {
    type: 'section',
    text: mrkdwn('*Over the limit*: rule `refund-over-1000` sent this to <!subteam^S0FINANCE|@finance>.'),
    accessory: { type: 'overflow', action_id: 'more', options: options.slice(0, 2) },
  },
  {
    type: 'section',
    fields: ['*Order*\n1042', '*Customer*\nMarta &lt;Keller&gt;', '*Amount*\n€1,240.00', '*Due*\nin 2 h'].map(
      mrkdwn,
    ),
  },
  { type: 'divider' },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Bold', style: { bold: true } },
          { type: 'text', text: ' and ' },
          { type: 'link', url: 'https://example.com', text: 'a link' },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a point' }] }],
      },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'a quotation' }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'let code = 1' }] },
    ],
  },
  { type: 'markdown', text: '## A heading\n\nSome **bold** words.\n\n- first\n- second' },
  { type: 'image', image_url: 'https://example.com/x.png', alt_text: 'A picture elsewhere' },
  { type: 'context', elements: [mrkdwn('Run `run_01k` · :hourglass: 2 h left')] },
]

export const actingBlocks: KnownBlock[] = [
  {
    type: 'actions',
    block_id: 'choices',
    elements: [
      { type: 'button', action_id: 'approve', style: 'primary', text: plain('Approve'), value: '1042' },
      { type: 'button', action_id: 'fix', text: plain('Fix and resume'), value: '1042' },
      {
        type: 'button',
        action_id: 'reject',
        style: 'danger',
        text: plain('Reject'),
        confirm: {
          title: plain('Reject this refund?'),
          text: plain('The customer is told.'),
          confirm: plain('Reject it'),
          deny: plain('Keep it'),
          style: 'danger',
        },
      },
      { type: 'users_select', action_id: 'owner', placeholder: plain('Reassign to…') },
      { type: 'static_select', action_id: 'snooze', placeholder: plain('Snooze'), options },
      { type: 'multi_static_select', action_id: 'kinds', placeholder: plain('Kinds'), options },
      { type: 'datepicker', action_id: 'day', initial_date: '2026-11-23' },
      { type: 'radio_buttons', action_id: 'one', options },
      { type: 'checkboxes', action_id: 'some', options },
    ],
  },
]

export const plannedBlocks: KnownBlock[] = [
  {
    type: 'plan',
    title: 'Run 1042',
    tasks: [
      {
        type: 'task_card',
        task_id: '1',
        title: 'Captured',
        status: 'complete',
        details: said('from the shop at 09:14'),
      },
      {
        type: 'task_card',
        task_id: '2',
        title: 'Waiting for approval',
        status: 'in_progress',
        output: said('Ada owns it'),
      },
      { type: 'task_card', task_id: '3', title: 'Refund', status: 'pending' },
      { type: 'task_card', task_id: '4', title: 'Tell the ledger', status: 'error' },
    ],
  },
  {
    type: 'table',
    column_settings: [{}, { align: 'right' }],
    rows: [cells('Workflow', 'Runs'), cells('refunds', '1,204'), cells('invoices', '88')],
  },
  { type: 'card', title: mrkdwn('*A card*'), body: mrkdwn('with a body') },
]

/** What the product does not use today, and Slack would take. */
export const rarerBlocks: object[] = [
  {
    type: 'carousel',
    elements: [
      { type: 'card', title: mrkdwn('First card'), subtitle: mrkdwn('of two') },
      { type: 'card', title: mrkdwn('Second card'), body: mrkdwn('of two') },
    ],
  },
  {
    type: 'container',
    title: plain('A container'),
    is_collapsible: true,
    child_blocks: [{ type: 'section', text: mrkdwn('Inside the container') }],
  },
  {
    type: 'data_table',
    caption: 'A data table',
    rows: [
      [
        { type: 'raw_text', text: 'Team' },
        { type: 'raw_text', text: 'Open' },
      ],
      [
        { type: 'raw_text', text: 'Finance' },
        { type: 'raw_number', value: 3, text: '3' },
      ],
    ],
  },
  {
    type: 'task_card',
    task_id: 'alone',
    title: 'A task alone',
    status: 'in_progress',
    sources: [{ type: 'url', url: 'https://example.com/run', text: 'its run' }],
  },
  {
    type: 'video',
    alt_text: 'A video elsewhere',
    title: plain('How it works'),
    video_url: 'https://example.com/v',
    thumbnail_url: 'https://example.com/v.png',
  },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback',
        positive_button: { text: plain('Good'), value: 'good' },
        negative_button: { text: plain('Bad'), value: 'bad' },
      },
    ],
  },
]

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']

/** Slack's native charts: not in @slack/types yet. */
export const charts: object[] = [
  {
    type: 'data_visualization',
    title: 'Runs by day',
    chart: {
      type: 'bar',
      series: [
        { name: 'Achieved', data: days.map((label, index) => ({ label, value: 40 + index * 13 })) },
        { name: 'Rejected', data: days.map((label, index) => ({ label, value: 9 + ((index * 7) % 11) })) },
      ],
      axis_config: { categories: days, x_label: 'Day', y_label: 'Runs' },
    },
  },
  {
    type: 'data_visualization',
    title: 'Outcomes',
    chart: {
      type: 'pie',
      segments: [
        { label: 'Achieved', value: 182 },
        { label: 'Rejected', value: 21 },
        { label: 'Failed', value: 4 },
      ],
    },
  },
]

export const lineCharts: object[] = ['line', 'area'].map((type) => ({
  type: 'data_visualization',
  title: `Backlog (${type})`,
  chart: {
    type,
    series: [{ name: 'Open', data: days.map((label, index) => ({ label, value: 12 - index * 4 })) }],
    axis_config: { categories: days },
  },
}))

/** A modal with an input of each kind that fixView has not. */
export const formView = {
  type: 'modal' as const,
  callback_id: 'form',
  notify_on_close: true,
  title: plain('Every input'),
  submit: plain('Hand in'),
  blocks: [
    { type: 'alert', level: 'warning', text: mrkdwn('Nothing here is *real*.') },
    ...Object.entries({
      email: { type: 'email_text_input' },
      url: { type: 'url_text_input' },
      time: { type: 'timepicker' },
      moment: { type: 'datetimepicker' },
      channel: { type: 'channels_select' },
      conversation: { type: 'conversations_select' },
      people: { type: 'multi_users_select' },
      found: { type: 'external_select', min_query_length: 1 },
      words: { type: 'rich_text_input' },
    }).map(([id, element]) => ({
      type: 'input',
      block_id: id,
      label: plain(`The ${id}`),
      element: { ...element, action_id: 'value' },
    })),
  ],
}

export const fixView = (more: object = {}) => ({
  type: 'modal' as const,
  callback_id: 'fix',
  title: plain('Fix and resume'),
  submit: plain('Resume'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'amount',
      label: plain('Amount'),
      hint: plain('In euros'),
      element: { type: 'number_input' as const, action_id: 'value', is_decimal_allowed: true },
    },
    {
      type: 'input' as const,
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input' as const, action_id: 'value', multiline: true },
    },
    {
      type: 'input' as const,
      block_id: 'owner',
      optional: true,
      label: plain('Owner'),
      element: { type: 'users_select' as const, action_id: 'value' },
    },
  ],
  ...more,
})

export const sureView = {
  type: 'modal' as const,
  callback_id: 'sure',
  title: plain('Are you sure?'),
  submit: plain('Yes, resume'),
  blocks: [{ type: 'section' as const, text: mrkdwn('The amount is *above* the limit.') }],
}

export const homeView = (note: string) => ({
  type: 'home' as const,
  blocks: [
    { type: 'header' as const, text: plain('Your exceptions') },
    {
      type: 'section' as const,
      text: mrkdwn(note),
      accessory: { type: 'button' as const, action_id: 'refresh', text: plain('Refresh') },
    },
  ],
})
