// plan and task_card: steps and how far each has come.

import { html } from '../html.js'
import { Link } from '../text/text.js'
import { RichText } from './rich-text.js'

const states = {
  pending: { word: 'Waiting', mark: '' },
  in_progress: { word: 'In progress', mark: '' },
  complete: { word: 'Done', mark: '✓' },
  error: { word: 'Failed', mark: '!' },
}

const Task = ({ task }) => {
  const state = states[task.status] ?? states.pending
  const hasMore = task.details || task.output || task.sources?.length
  const head = html`
    <span class=${`task-mark task-${task.status ?? 'pending'}`} role="img" aria-label=${state.word}
      >${state.mark}</span
    >
    <span class="task-title">${task.title}</span>
  `
  if (!hasMore) return html`<div class="task"><div class="task-head">${head}</div></div>`
  return html`<details class="task" open=${task.status !== 'complete'}>
    <summary class="task-head">${head}</summary>
    <div class="task-body">
      ${task.details && html`<${RichText} content=${task.details} />`}
      ${task.output && html`<div class="task-output"><${RichText} content=${task.output} /></div>`}
      ${
        task.sources?.length > 0 &&
        html`<ul class="task-sources">
          ${task.sources.map((source) => html`<li key=${source.url}><${Link} url=${source.url}>${source.text}<//></li>`)}
        </ul>`
      }
    </div>
  </details>`
}

export const TaskCardBlock = ({ block }) => html`<div class="plan"><${Task} task=${block} /></div>`

export const PlanBlock = ({ block }) => {
  const tasks = block.tasks ?? []
  const done = tasks.filter((task) => task.status === 'complete').length
  return html`<section class="plan" aria-label=${block.title}>
    <div class="plan-head">
      <strong>${block.title}</strong>
      ${tasks.length > 0 && html`<span class="note">${done} of ${tasks.length} done</span>`}
    </div>
    <ol class="plan-tasks">
      ${tasks.map((task, index) => html`<li key=${task.task_id ?? index}><${Task} task=${task} /></li>`)}
    </ol>
  </section>`
}
