// What leaders want a digest's figures to be, and whether they are. In a file: { automation_rate: 90%, resolution_time: 4h }.
import { z } from 'zod'
import { duration } from '../text/text-kinds.ts'
import { parseDuration } from '../time/duration.ts'
import { isSameBucket } from '../values/histogram.ts'
import type { WindowFigures } from './digest.ts'
import { durationText, msAsShown, percentAsShown, percentText } from './digest-words.ts'

const percent = z
  .string()
  .regex(/^(100|\d{1,2}(\.\d)?)%$/, 'write a percentage like 95% or 99.5%')
  .meta({ examples: ['95%'] })

export const writtenTargetsSchema = z
  .strictObject({
    automation_rate: percent.optional().describe('Fully automated: at least this share of all runs'),
    resolution_time: duration.optional().describe('Resolution time: a median of at most this'),
    sla: percent.optional().describe('SLA met: at least this share of the cases with an SLA'),
    error_rate: percent.optional().describe('Error rate: at most this share of all runs'),
  })
  .refine((targets) => Object.keys(targets).length > 0, 'name at least one target')
type WrittenTargets = z.output<typeof writtenTargetsSchema>

/** As a digest keeps them: shares from 0 to 1, and milliseconds. */
export const targetsSchema = z.object({
  automation_rate: z.number().optional(),
  resolution_time: z.number().optional(),
  sla: z.number().optional(),
  error_rate: z.number().optional(),
})
export type Targets = z.output<typeof targetsSchema>
export type TargetName = keyof Targets

const shareOf = (text: string): number => Number(text.slice(0, -1)) / 100

export function targetsOf(written: WrittenTargets | undefined): Targets {
  const { automation_rate: automated, resolution_time: time, sla, error_rate: errors } = written ?? {}
  return {
    ...(automated === undefined ? {} : { automation_rate: shareOf(automated) }),
    ...(time === undefined ? {} : { resolution_time: parseDuration(time) }),
    ...(sla === undefined ? {} : { sla: shareOf(sla) }),
    ...(errors === undefined ? {} : { error_rate: shareOf(errors) }),
  }
}

const isTime = (name: TargetName): boolean => name === 'resolution_time'
const isFloor = (name: TargetName): boolean => name === 'automation_rate' || name === 'sla'

export interface TargetText {
  /** "Target ≥ 90%" */
  text: string
  /** null: there is nothing to hold against it. */
  isMet: boolean | null
}

/** The figures with a median that can't be told from its target as that target: in the text, in the judgement and in the change. */
export function atTarget(figures: WindowFigures, { resolution_time: target }: Targets): WindowFigures {
  const { resolveP50Ms: median } = figures
  if (target === undefined || median === null || !isSameBucket(median, target)) return figures
  return { ...figures, resolveP50Ms: target }
}

/** How a figure stands to its target, as both are shown; undefined: it has none. */
export function againstTarget(
  name: TargetName,
  value: number | null,
  targets: Targets,
): TargetText | undefined {
  const target = targets[name]
  if (target === undefined) return undefined
  const wanted = isTime(name) ? durationText(target) : percentText(target)
  const asShown = isTime(name) ? msAsShown : percentAsShown
  const isMet = (is: number): boolean =>
    isFloor(name) ? asShown(is) >= asShown(target) : asShown(is) <= asShown(target)
  return {
    text: `target ${isFloor(name) ? '≥' : '≤'} ${wanted}`,
    isMet: value === null ? null : isMet(value),
  }
}

/** "Met (target ≥ 90%)", "Missed (target ≤ 4 h)". */
export const targetText = ({ text, isMet }: TargetText): string =>
  isMet === null ? `No data (${text})` : `${isMet ? 'Met' : 'Missed'} (${text})`

/** How many of each week's runs should have been fully automated; undefined: no target, or the runs are not known. */
export function wantedAutomated(
  weeks: readonly { runs: number | null }[],
  target: number | undefined,
): number[] | undefined {
  if (target === undefined || weeks.some(({ runs }) => runs === null)) return undefined
  // In thousandths, as targets are written: 7% of 100 are 7, and 0.07 * 100 is a little more.
  return weeks.map(({ runs }) => Math.ceil(((runs ?? 0) * Math.round(target * 1000)) / 1000))
}
