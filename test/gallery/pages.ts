// The HTML pages that the product writes, over the samples.
import { digestHtml } from '../../src/cli/text/digest-html.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowOf } from '../../src/domain/digest/digest-window.ts'
import { explainPage } from '../../src/explain/page.ts'
import { exampleException, exampleFigures } from '../../src/slack/samples/example.ts'

const writtenAt = new Date('2026-11-20T10:00:00Z')

export function pagesOf(): [name: string, html: string][] {
  const window = windowOf(writtenAt, 'Europe/Berlin')
  return [
    ['digest as a page', digestHtml(digestText(exampleFigures(window), window))],
    [
      'explained run',
      explainPage({ run: exampleException('approval_required', 'open').run, audit: [], writtenAt }),
    ],
  ]
}
