// A source and how it does, in words.
import type { SourceHealth } from '../../db/workflows/source-health.ts'
import { ignoredTypesText } from '../../domain/ignored-words.ts'
import { receivingOf } from '../../domain/senders/receiving.ts'
import { counted } from '../../domain/text/counted.ts'
import type { Section } from './output.ts'
import type { Times } from './times.ts'

/** Who takes from it, each with what it wants. */
export const takersText = ({ takers }: SourceHealth): string =>
  takers.length === 0 ? 'no workflow' : takers.map(({ workflow }) => workflow).join(', ')

export const senderText = ({ source }: SourceHealth): string => receivingOf(source).name

export function sourceSection(health: SourceHealth, publicUrl: string, { moment }: Times): Section {
  const { name, address, takers, days, deliveries, ignored, ignoredTypes, lastReceivedAt } = health
  return {
    heading: `Source ${name}`,
    lines: [
      ['Address', `${publicUrl.replace(/\/$/, '')}${address}`],
      ['Sender', senderText(health)],
      [
        'Taken by',
        takers.length === 0
          ? 'no workflow'
          : takers
              .map(({ workflow, when }) => (when === null ? workflow : `${workflow}, when ${when}`))
              .join('\n'),
      ],
      [
        `Last ${days} days`,
        `${counted(deliveries, 'event')}, ${ignored} ignored by filter${ignored === 0 ? '' : ` (${ignoredTypesText(ignoredTypes)})`}`,
      ],
      ['Last event', lastReceivedAt ? moment(lastReceivedAt) : 'none in that time'],
    ],
  }
}

export const sourceJson = ({ source, ...health }: SourceHealth) => ({
  ...health,
  sender: receivingOf(source).name,
})
