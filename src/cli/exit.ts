// How a command ends. Scripts read the code, people the message.
export const exitCodes = { ok: 0, didNotHold: 1, wrongUsage: 2, noDatabase: 3 } as const

/** Ends the command with a message on stderr and this code. Not a fault of ours: no stack is shown. */
export class CommandEnd extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** What was asked did not hold: not found, not allowed, problems in a file. */
export const didNotHold = (message: string): CommandEnd => new CommandEnd(exitCodes.didNotHold, message)
export const wrongUsage = (message: string): CommandEnd => new CommandEnd(exitCodes.wrongUsage, message)
export const noDatabase = (message: string): CommandEnd => new CommandEnd(exitCodes.noDatabase, message)
