// The original bytes of a run's event, for scripts: where its text was read from a form, XML or another charset.
import { bodyText } from '../../domain/body/body-text.ts'
import { MASK } from '../../domain/masking/marked.ts'
import type { Tx } from '../store/open.ts'
import { withBody } from './event-body.ts'
import { MASKED, redactorOf } from './redact-run.ts'

/** Neither: the text of the body is the payload, byte for byte, or it was erased. */
export interface OriginalBody {
  bodyBase64?: string
  /** Why the bytes are not there. */
  bodyBase64LeftOut?: string
}

const LEFT_OUT =
  'The workflow masks fields of this event. Those who answer for the run get the bytes with "signalbox reveal --json".'

/**
 * For whoever may read the run. A payload cannot be shown in part: with a masked value in it, whether as the text has it or in what
 * the text leaves out (a file, a comment), only `reveal`, which is for src/pipeline/reveal alone, gives it.
 */
export async function originalBody(
  tx: Tx,
  runId: string,
  { reveal = false }: { reveal?: boolean } = {},
): Promise<OriginalBody> {
  const found = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: MASKED })
  const run = { ...found, event: withBody(found.event) }
  const bytes = Buffer.from(run.event.body)
  const text = bodyText(run.event)
  if (bytes.length === 0 || bytes.equals(Buffer.from(text))) return {}
  const mask = redactorOf(run)
  const holdsMasked = () =>
    mask.body(text).includes(MASK) ||
    // Encodings in which a value that the text leaves out could stand.
    (['utf8', 'latin1', 'utf16le'] as const).some((encoding) =>
      mask.text(bytes.toString(encoding)).includes(MASK),
    )
  if (!reveal && mask.names.length > 0 && holdsMasked()) return { bodyBase64LeftOut: LEFT_OUT }
  return { bodyBase64: bytes.toString('base64') }
}
