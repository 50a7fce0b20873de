// Draws blocks, one after the other. A block that this page does not know is a visible box, never dropped.

import { html } from '../html.js'
import { InputBlock } from '../elements/input.js'
import { ActionsBlock, ContextActionsBlock } from './actions.js'
import { AlertBlock, CardBlock, CarouselBlock } from './card.js'
import { ChartBlock } from './chart.js'
import { ContainerBlock } from './container.js'
import { FileBlock, ImageBlock, VideoBlock } from './image.js'
import { MarkdownBlock } from './markdown.js'
import { PlanBlock, TaskCardBlock } from './plan.js'
import { RichTextBlock } from './rich-text.js'
import { ContextBlock, DividerBlock, HeaderBlock, SectionBlock } from './section.js'
import { DataTableBlock, TableBlock } from './table.js'
import { UnknownBlock } from './unknown.js'

const drawings = {
  actions: ActionsBlock,
  alert: AlertBlock,
  card: CardBlock,
  carousel: CarouselBlock,
  container: ContainerBlock,
  context: ContextBlock,
  context_actions: ContextActionsBlock,
  data_table: DataTableBlock,
  data_visualization: ChartBlock,
  divider: DividerBlock,
  file: FileBlock,
  header: HeaderBlock,
  image: ImageBlock,
  input: InputBlock,
  markdown: MarkdownBlock,
  plan: PlanBlock,
  rich_text: RichTextBlock,
  section: SectionBlock,
  table: TableBlock,
  task_card: TaskCardBlock,
  video: VideoBlock,
}

const Block = ({ block }) => {
  const Drawing = Object.hasOwn(drawings, block.type) ? drawings[block.type] : UnknownBlock
  return html`<${Drawing} block=${block} drawAll=${drawAll} />`
}

export const Blocks = ({ blocks }) =>
  html`<div class="blocks">
    ${blocks.map((block, index) => html`<${Block} key=${block.block_id ?? index} block=${block} />`)}
  </div>`

const drawAll = (blocks) => html`<${Blocks} blocks=${blocks} />`
