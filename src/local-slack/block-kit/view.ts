// A view (modal or home tab): its frame, its size, and that what is asked can be handed in.

import {
  boolean,
  byType,
  isObject,
  refuse,
  shape,
  string,
  type Check,
  type Fields,
  type Json,
  type Place,
} from './check.ts'
import { limits } from './limits.ts'
import { id, plain } from './text.ts'

const frameText = plain(limits.viewTitle)

const inputsNeedSubmit = (view: Json, at: Place): void => {
  const blocks = Array.isArray(view.blocks) ? view.blocks : []
  const asks = blocks.some((block) => isObject(block) && block.type === 'input')
  if (asks && view.submit === undefined)
    refuse(at, 'missing_field', 'submit is required when a view has input blocks', {
      type: 'required',
      expected: ['submit'],
    })
}

export const viewShape = (blocks: Check): Check => {
  const common = {
    private_metadata: string({ min: 0, max: limits.privateMetadata }),
    callback_id: string({ min: 0, max: limits.id }),
    external_id: id,
  } satisfies Fields
  return byType({
    modal: shape(
      { title: frameText, blocks },
      {
        ...common,
        submit: frameText,
        close: frameText,
        clear_on_close: boolean,
        notify_on_close: boolean,
        submit_disabled: boolean,
      },
      inputsNeedSubmit,
    ),
    home: shape({ blocks }, common),
  })
}

export const viewFits: Check = (view, at) => {
  const bytes = Buffer.byteLength(JSON.stringify(view) ?? '')
  if (bytes > limits.viewBytes)
    refuse(at, 'view_too_large', `a view must be at most ${limits.viewBytes} bytes`, {
      type: 'max_bytes',
      expected: [String(limits.viewBytes)],
      got: String(bytes),
    })
}
