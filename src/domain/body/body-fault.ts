// Why a body cannot be read, in words for whoever sent it.

/** 400: it is not what its type says. 415: nothing here reads that type or charset. */
export interface BodyProblem {
  status: 400 | 415
  title: string
  detail: string
}

export class BodyFault extends Error {
  readonly problem: BodyProblem
  constructor(problem: BodyProblem) {
    super(problem.detail)
    this.problem = problem
  }
}

export const unreadable = (title: string, detail: string): BodyFault =>
  new BodyFault({ status: 400, title, detail })
export const unsupported = (title: string, detail: string): BodyFault =>
  new BodyFault({ status: 415, title, detail })
