// The channel in which a workflow's exceptions stand: its own, else that of the standards.
import type { Definition } from './definition.ts'
import type { Standards } from './standards.ts'

const FALLBACK_CHANNEL = '#ops-exceptions'

export const exceptionChannel = (
  definition: Pick<Definition, 'channel'>,
  standards: Pick<Standards, 'channels'>,
): string => definition.channel ?? standards.channels.exceptions ?? FALLBACK_CHANNEL
