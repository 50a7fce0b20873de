// One run as a page that can be sent on: a single HTML file, complete in itself, for readers without Signalbox.
import { erasedText } from '../domain/masking/erased.ts'
import { labelOf, type RunView } from '../db/runs/run-view.ts'
import { statusLines } from '../domain/exceptions/run-status.ts'
import { html, type Markup, trusted } from './markup.ts'
import { attemptRecord, decisionRecord, eventRecord, exceptionRecord, outcomeRecord } from './records.ts'
import { recordRecord } from './record-table.ts'
import { style } from './style.ts'
import { happenings, type AuditLike } from './happenings.ts'
import { moment } from './moment.ts'

export interface Explained {
  run: RunView
  /** Who did what with this run, oldest first. */
  audit: AuditLike[]
  writtenAt: Date
}

const titleOf = ({ workflow, subject, id }: RunView): string => `${workflow.title} ${subject ?? id}`

const standing = (run: RunView): Markup => {
  if (run.outcome) {
    const tone = { achieved: 'good', declined: 'bad', dismissed: 'soft', failed: 'bad', ignored: 'soft' }[
      run.outcome.kind
    ]
    return html`<span class="badge ${tone}">${run.outcome.kind}</span>`
  }
  return run.state === 'held'
    ? html`<span class="badge wait">needs attention</span>`
    : html`<span class="badge soft">running</span>`
}

/** The file's text. Everything that came from outside is escaped, and the page may load and run nothing. */
export function explainPage({ run, audit, writtenAt }: Explained): string {
  const lines = statusLines(run.status, { time: (at) => moment(at).text, text: (words) => words })
  const erased = run.erasures.map(
    (one) =>
      html`<dt>Cleared</dt>
        <dd>${one.part}: ${erasedText(one)}</dd>`,
  )
  const masked = run.masked.length > 0 && html`<p>Masked: ${run.masked.join(', ')}.</p>`
  const replayed =
    run.replayOf !== null &&
    html`<dt>Replay of</dt>
      <dd><code>${run.replayOf}</code></dd>`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${titleOf(run)}</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p>${run.workflow.title}, version ${run.version} ${standing(run)}</p>
            <h1>${run.subject ?? run.id}</h1>
            <p>Received ${moment(run.receivedAt).markup}</p>
          </header>
          <section>
            <h2>Where it stands</h2>
            <dl>
              ${lines.map(
                ([label, text]) =>
                  html`<dt>${label}</dt>
                    <dd>${text}</dd>`,
              )}
              <dt>Run</dt>
              <dd><code>${run.id}</code></dd>
              ${replayed} ${erased}
            </dl>
          </section>
          <section>
            <h2>What happened <small>Who did what, when</small></h2>
            <ol class="what">
              ${happenings(run, audit).map(
                ({ at, who, what }) =>
                  html`<li>
                    ${moment(at).markup}<span
                      >${what}${who !== undefined && html` <span class="soft">by ${labelOf(run, who)}</span>`}</span
                    >
                  </li>`,
              )}
            </ol>
          </section>
          ${eventRecord(run)} ${recordRecord(run)} ${decisionRecord(run)} ${attemptRecord(run)}
          ${exceptionRecord(run)} ${outcomeRecord(run)}
          <footer>
            ${masked}
            <p>Written by Signalbox ${moment(writtenAt).markup}. Times are UTC.</p>
          </footer>
        </main>
      </body>
    </html> `
  return page.markup
}
