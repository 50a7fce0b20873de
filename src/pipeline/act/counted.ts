// Counts every try of an action by its target, how it went and how long it took, for the figures.
import { FaultError } from '../../domain/fault.ts'
import { describe, type Perform } from './perform.ts'

export type AttemptResult = 'done' | 'failed' | 'refused'

export const counted =
  (perform: Perform, count: (target: string, result: AttemptResult, seconds: number) => void): Perform =>
  async (action, run) => {
    const { shownTarget: target } = describe(action)
    const startedAt = performance.now()
    const seconds = () => (performance.now() - startedAt) / 1000
    try {
      const done = await perform(action, run)
      count(target, 'done', seconds())
      return done
    } catch (error) {
      // What was held back before it went out (a pause, a blocked address) is no try.
      if (!(error instanceof FaultError) || error.called)
        count(
          target,
          error instanceof FaultError && error.retry === 'never' ? 'refused' : 'failed',
          seconds(),
        )
      throw error
    }
  }
