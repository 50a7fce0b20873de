// Whether a line says times: to both that read it, the one that waits for them and the one that finds the last.
import { CronExpressionParser } from 'cron-parser'
import { validate } from 'node-cron'

export function isCron(line: string): boolean {
  if (!validate(line)) return false
  try {
    CronExpressionParser.parse(line)
    return true
  } catch {
    return false
  }
}
