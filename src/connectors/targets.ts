// One circuit breaker and one concurrency limit for each target (host of a call, mail server): a target that is down
// is left alone for a while, and a slow one cannot take every worker.
import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type IPolicy,
  wrap,
} from 'cockatiel'
import { FaultError } from '../domain/fault.ts'

export interface Targets {
  /** Calls within the target's limits. Throws FaultError with `called: false` when they did not admit the call. */
  run<T>(target: string, call: () => Promise<T>): Promise<T>
  /** Whether the target failed so often that it is left alone now. */
  isOpen(target: string): boolean
}

export interface TargetLimits {
  /** Failures in a row after which the target is left alone. */
  failures: number
  /** For how long, before one call tries it again. */
  restMs: number
  atOnce: number
  waiting: number
}

const LIMITS: TargetLimits = { failures: 5, restMs: 30_000, atOnce: 8, waiting: 200 }

// A refusal (4xx) is an answer: the target works. Only what may be tried again speaks against it; being asked to
// come later (429) does not.
const isOutage = (error: unknown) =>
  error instanceof FaultError && error.called && error.retry !== 'never' && error.status !== 429

export function makeTargets(limits: TargetLimits = LIMITS): Targets {
  const known = new Map<string, { policy: IPolicy; isOpen: () => boolean }>()
  const of = (target: string) => {
    const found = known.get(target)
    if (found) return found
    const breaker = circuitBreaker(handleWhen(isOutage), {
      halfOpenAfter: limits.restMs,
      breaker: new ConsecutiveBreaker(limits.failures),
    })
    const made = {
      policy: wrap(bulkhead(limits.atOnce, limits.waiting), breaker),
      isOpen: () => breaker.state === CircuitState.Open,
    }
    known.set(target, made)
    return made
  }
  return {
    isOpen: (target) => known.get(target)?.isOpen() ?? false,
    async run(target, call) {
      try {
        return await of(target).policy.execute(call)
      } catch (error) {
        if (error instanceof BrokenCircuitError)
          throw new FaultError(
            'circuit_open',
            `${target} failed ${limits.failures} times in a row and rests`,
            {
              retry: { afterMs: limits.restMs },
              called: false,
              cause: error,
            },
          )
        if (error instanceof BulkheadRejectedError)
          throw new FaultError('target_busy', `too many calls wait for ${target}`, {
            retry: { afterMs: 1000 },
            called: false,
            cause: error,
          })
        throw error
      }
    },
  }
}
