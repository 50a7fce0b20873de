// One circuit breaker and one concurrency limit for each target (host of a call, mail server): a target that is down
// is left alone for a while, in every process, and a slow one cannot take every worker.
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

/** Who calls. */
export interface Caller {
  /** What may be said of the target: itself, or where it comes from when a record brings it. */
  shown: string
  workflow: string
  /** Calls to this target running at once; absent: the usual number. */
  atOnce?: number | undefined
}

export interface Targets {
  /**
   * Calls within the target's limits. Throws FaultError with `called: false` when they did not admit the call. Without
   * `caller`, nothing is said of the target.
   */
  run<T>(target: string, call: () => Promise<T>, caller?: Caller): Promise<T>
  /** Gives up what is in hand, and lets nothing out any more: whoever waits is told `stopping`. */
  stop(): void
}

/** How the breakers of several processes know of each other. */
export interface Circuits {
  isOpen(target: string): Promise<boolean>
  open(
    failing: { target: string; shown?: string | undefined; workflows: readonly string[] },
    forMs: number,
  ): void
  close(target: string): void
}

export interface TargetLimits {
  /** Failures in a row after which the target is left alone. */
  failures: number
  /** For how long, before one call tries it again. */
  openMs: number
  atOnce: number
  waiting: number
  /** How long a call waits for its turn, before it gives its place to other targets' calls. */
  waitsForMs: number
}

const LIMITS: TargetLimits = { failures: 5, openMs: 30_000, atOnce: 8, waiting: 400, waitsForMs: 2000 }
// The process that found a target down tries it first: the others wait a little longer, should that one be gone.
const OTHERS_WAIT = 1.5

export const CIRCUIT_OPEN = 'circuit_open'
export const STOPPING = 'stopping'

// An answer below 500 says that the target works, also one that asks to come later: 429 at most, 400 or 200 at some.
const isOutage = (error: unknown) =>
  error instanceof FaultError &&
  error.called &&
  error.retry !== 'never' &&
  (error.status === undefined || error.status === 408 || error.status >= 500)

const held = (code: string, message: string, afterMs: number, cause?: unknown) =>
  new FaultError(code, message, { retry: { afterMs }, called: false, cause })

const busy = (target: string, cause?: unknown) =>
  held('target_busy', `too many calls wait for ${target}`, 1000, cause)

const stopping = () => held(STOPPING, 'the process stops: another one goes on', 0)

/** Admission to each target by a library's policies; `circuits` says what the other processes found down. */
function makePolicies({ failures, openMs, atOnce, waiting }: TargetLimits, circuits: Circuits | undefined) {
  const known = new Map<
    string,
    { policy: (most?: number) => IPolicy; isClosed: () => boolean; heard: (caller?: Caller) => void }
  >()
  return (target: string) => {
    const found = known.get(target)
    if (found) return found
    const policies = new Map<number, IPolicy>()
    let shown: string | undefined = target
    const workflows = new Set<string>()
    const breaker = circuitBreaker(handleWhen(isOutage), {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failures),
    })
    breaker.onBreak(() => circuits?.open({ target, shown, workflows: [...workflows] }, openMs * OTHERS_WAIT))
    breaker.onReset(() => circuits?.close(target))
    const made = {
      policy(most = atOnce) {
        const policy = policies.get(most) ?? wrap(bulkhead(most, waiting), breaker)
        policies.set(most, policy)
        return policy
      },
      isClosed: () => breaker.state === CircuitState.Closed,
      heard: (caller?: Caller) => {
        if (caller?.shown !== target) shown = caller?.shown
        if (caller) workflows.add(caller.workflow)
      },
    }
    known.set(target, made)
    return made
  }
}

/** Without `circuits`, this process knows only what it met itself. */
export function makeTargets({
  circuits,
  limits = LIMITS,
}: { circuits?: Circuits; limits?: TargetLimits } = {}): Targets {
  const policyOf = makePolicies(limits, circuits)
  const { failures, openMs, waitsForMs } = limits
  const inHand = new Set<(error: FaultError) => void>()
  let isStopping = false

  /** The call's end, or `stopping` should that come first. What it answers then is nobody's. */
  function orStopping<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    inHand.add(reject)
    work.then(resolve, reject).finally(() => inHand.delete(reject))
    return promise
  }

  /**
   * The call once it is its turn at the target, for which it waits no longer than it may: its run holds a place that other
   * targets' calls need.
   */
  function inTurn<T>(policy: IPolicy, shown: string, call: () => Promise<T>): Promise<T> {
    const over = new AbortController()
    let hasBegun = false
    let timer: NodeJS.Timeout | undefined
    const work = policy.execute(() => {
      hasBegun = true
      clearTimeout(timer)
      return call()
    }, over.signal)
    if (hasBegun) return work
    const missed = Promise.withResolvers<never>()
    timer = setTimeout(() => {
      over.abort()
      missed.reject(busy(shown))
    }, waitsForMs)
    return Promise.race([work, missed.promise]).finally(() => clearTimeout(timer))
  }

  return {
    stop() {
      isStopping = true
      for (const giveUp of inHand) giveUp(stopping())
    },
    async run(target, call, caller) {
      if (isStopping) throw stopping()
      const { policy, isClosed, heard } = policyOf(target)
      heard(caller)
      const shown = caller?.shown ?? 'the target'
      const because = `${shown} failed ${failures} times in a row: circuit open`
      // Whose own breaker opened, that one knows when to try again.
      if (circuits && isClosed() && (await circuits.isOpen(target))) throw held(CIRCUIT_OPEN, because, openMs)
      try {
        return await orStopping(inTurn(policy(caller?.atOnce), shown, call))
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw held(CIRCUIT_OPEN, because, openMs, error)
        if (error instanceof BulkheadRejectedError) throw busy(shown, error)
        throw error
      }
    },
  }
}
