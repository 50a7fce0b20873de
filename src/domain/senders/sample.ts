// A body as a sender of this preset sends it, for trying a workflow out.
import { typeOf } from '../body/media-type.ts'
import type { Preset } from './preset.ts'

export interface Sample {
  body: string
  contentType: string
}

export function sampleOf({ sample = { id: 'evt_1' }, body: [form = 'json'] = [] }: Preset): Sample {
  if (typeof sample === 'string')
    return { body: sample, contentType: form === 'xml' ? 'text/xml' : typeOf[form] }
  if (form !== 'form') return { body: JSON.stringify(sample), contentType: typeOf[form] }
  const fields = Object.entries(sample ?? {}).map(([name, value]) => [name, String(value)])
  return { body: new URLSearchParams(fields).toString(), contentType: typeOf.form }
}
