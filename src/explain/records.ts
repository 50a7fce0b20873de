// Four of the five records as sections: event, decisions (with the attempts they led to), exceptions, outcome.
import { labelOf, type RunView } from '../db/runs/run-view.ts'
import { askedTexts, coverLines } from '../domain/exceptions/approval-words.ts'
import { cardText } from '../domain/exceptions/card-state.ts'
import { shorten } from '../domain/text/cut.ts'
import type { RuleTrace } from '../domain/rules/decision.ts'
import { layOut } from '../domain/values/exact-number.ts'
import { deliveryTexts, sourceText } from '../domain/deliveries.ts'
import { notTriedText } from '../domain/rules/not-tried.ts'
import { sentenceOf } from '../domain/exceptions/reasons.ts'
import { html, type Markup } from './markup.ts'
import { moment } from './moment.ts'
import { spanText } from '../domain/time/moment-text.ts'

function pretty(body: string): string {
  try {
    return layOut(body)
  } catch {
    return body // Not JSON, or cut: shown as it came.
  }
}

export function eventRecord(run: RunView): Markup {
  const { event } = run
  const key =
    event.dedupeKey !== null &&
    html`<dt>Dedupe key</dt>
      <dd><code>${event.dedupeKey}</code></dd>`
  const actor =
    event.actor !== null &&
    html`<dt>Started by</dt>
      <dd>${labelOf(run, event.actor)}</dd>`
  return html`<section>
    <h2>1. Event <small>As received</small></h2>
    <dl>
      <dt>Source</dt>
      <dd>${sourceText(event)}, ${event.contentType}</dd>
      ${actor}
      <dt>Received</dt>
      <dd>${moment(event.receivedAt).markup}</dd>
      <dt>Event</dt>
      <dd><code>${event.id}</code></dd>
      ${key}
    </dl>
    ${deliveryTexts(event).map((text) => html`<p>${text}</p>`)}
    <pre>${pretty(event.body)}</pre>
  </section>`
}

function ruleItem(rule: RuleTrace): Markup {
  if (rule.count !== undefined && rule.count > 1)
    return html`<li>✗ ${rule.count} rules from “${rule.rule}” on do not hold</li>`
  const mark = rule.matched ? html`<span class="good">✓</span>` : rule.error ? '!' : '✗'
  const why = rule.error ?? rule.because
  return html`<li>${mark} “${rule.rule}”${why !== undefined && html` <span class="soft">${why}</span>`}</li>`
}

export function decisionRecord(run: RunView): Markup {
  const each = run.decisions.map((decision) => {
    const { rule, route, reason, trace, notTried, approved, decidedBy, decidedAt, version, ownerId } =
      decision
    const what = rule === null ? (reason ?? route ?? '–').replaceAll('_', ' ') : `“${rule}” → ${route ?? '–'}`
    return html`<h3>${what}</h3>
      <p class="soft">
        ${moment(decidedAt).markup}, version ${version}, by
        ${labelOf(run, decidedBy)}${ownerId !== null && `, owner ${labelOf(run, ownerId)}`}
      </p>
      ${
        trace.length > 0 &&
        html`<ul class="rules">
          ${trace.map(ruleItem)} ${notTried !== null && html`<li class="soft">${notTriedText(notTried)}</li>`}
        </ul>`
      }
      ${approved !== null && html`<pre>${coverLines(approved).join('\n')}</pre>`}`
  })
  return html`<section>
    <h2>3. Decisions <small>Which rule, and why</small></h2>
    ${each.length > 0 ? each : html`<p class="soft">None yet.</p>`}
  </section>`
}

const attemptTones: Record<string, string> = { done: 'good', failed: 'bad', refused: 'bad' }

export function attemptRecord({ attempts }: RunView): Markup {
  if (attempts.length === 0) return html``
  const rows = attempts.map(
    (one) =>
      html`<tr>
        <td>${one.action}<br /><span class="soft">${one.target}</span></td>
        <td>${one.number}</td>
        <td>
          <span class="${attemptTones[one.state] ?? 'wait'}">${one.state}</span
          >${one.status !== null && ` (${one.status})`}
          ${one.error !== null && html`<br />${one.error}`}${one.answer !== null && html`<br /><code>${shorten(one.answer, 500)}</code>`}
        </td>
        <td>
          ${moment(one.startedAt).markup}<br /><span class="soft"
            >${one.finishedAt ? spanText(one.finishedAt.getTime() - one.startedAt.getTime()) : 'no answer'}</span
          >
        </td>
      </tr>`,
  )
  return html`<section>
    <h2>Actions <small>Every try, with its answer</small></h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Action</th>
            <th>Try</th>
            <th>Answer</th>
            <th>When</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`
}

export function exceptionRecord(run: RunView): Markup {
  const each = run.exceptions.map((one) => {
    const sentence = sentenceOf(one.reason)
    const cards = run.cards.filter(({ subjectId }) => subjectId === one.id)
    const resolved =
      one.resolvedAt === null
        ? html`<span class="wait">open</span>${one.dueAt !== null && html`, due ${moment(one.dueAt).markup}`}`
        : html`${one.resolvedAs ?? 'resolved'} by ${one.resolvedByLabel ?? '–'},
          ${moment(one.resolvedAt).markup}, after
          ${spanText(one.resolvedAt.getTime() - one.openedAt.getTime())}`
    return html`<h3>${sentence}</h3>
      <dl>
        <dt>What</dt>
        <dd>${one.detail}</dd>
        <dt>Opened</dt>
        <dd>${moment(one.openedAt).markup}</dd>
        <dt>Owner</dt>
        <dd>${one.ownerLabel} since ${moment(one.ownerSince).markup}</dd>
        <dt>Resolved</dt>
        <dd>${resolved}</dd>
        ${
          one.resolvedNote !== null &&
          html`<dt>Note</dt>
            <dd>${one.resolvedNote}</dd>`
        }
        ${cards.map(
          (card) =>
            html`<dt>Card</dt>
              <dd>${cardText(card, one.resolvedAt)}${card.error !== null && `: ${card.error}`}</dd>`,
        )}
        <dt>Exception</dt>
        <dd><code>${one.id}</code></dd>
      </dl>
      ${askedTexts(one).map(
        ({ title, lines }) =>
          html`<h4>${title}</h4>
            <pre>${lines.join('\n')}</pre>`,
      )}`
  })
  return html`<section>
    <h2>4. Exceptions <small>Where a person was needed</small></h2>
    ${each.length > 0 ? each : html`<p class="soft">None.</p>`}
  </section>`
}

export function outcomeRecord(run: RunView): Markup {
  const { outcome } = run
  const head = html`<h2>5. Outcome <small>How it ended</small></h2>`
  if (!outcome)
    return html`<section>
      ${head}
      <p class="soft">Not yet.</p>
    </section>`
  return html`<section>
    ${head}
    <dl>
      <dt>Outcome</dt>
      <dd>${outcome.kind}</dd>
      <dt>Ended</dt>
      <dd>${moment(outcome.endedAt).markup}, by ${labelOf(run, outcome.endedBy)}</dd>
      <dt>Took</dt>
      <dd>${spanText(outcome.cycleMs)}</dd>
      <dt>With manual steps</dt>
      <dd>${outcome.manualSteps === 1 ? 'once' : `${outcome.manualSteps} times`}</dd>
      ${
        outcome.note !== null &&
        html`<dt>Note</dt>
          <dd>${outcome.note}</dd>`
      }
    </dl>
  </section>`
}
