// All ways in of one process, traced where traces are wanted.
import type { Logger } from 'pino'
import type { Database } from '../../db/store/open.ts'
import type { Queue } from '../../queue/queue.ts'
import { type Capture, type CaptureAll, makeCapture } from './capture.ts'
import { makeTakeAll, type TakeAll } from './fan-out.ts'

export interface Intake {
  capture: Capture
  captureAll: CaptureAll
  takeAll: TakeAll
}

/** Wraps each way in, to trace it. */
export interface IntakeTraces {
  ofCapture(capture: Capture): Capture
  ofCaptureAll(captureAll: CaptureAll): CaptureAll
  ofTakeAll(takeAll: TakeAll): TakeAll
}

export function makeIntake(
  { db, queue, log }: { db: Database; queue: Queue; log: Logger },
  traces: IntakeTraces | undefined,
): Intake {
  const capture = makeCapture(db, queue, log)
  const takeAll = makeTakeAll(db, queue, log)
  return {
    capture: traces?.ofCapture(capture) ?? capture,
    captureAll: traces?.ofCaptureAll(capture.all) ?? capture.all,
    takeAll: traces?.ofTakeAll(takeAll) ?? takeAll,
  }
}
