// The card of a refund that waits for approval, as the shipped refund-review has it: for samples of our messages.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { exampleException } from './example.ts'

const refundCovers = {
  hash: 'h',
  actions: [
    {
      action: 'book',
      step: 0,
      does: 'http',
      values: [
        ['method', 'POST'],
        ['url', 'https://shop.example/refund-entries'],
        ['json.refund', '929361462'],
        ['json.order', '450789469'],
        ['json.amount', '900.00'],
        ['json.currency', 'EUR'],
      ],
      except: [],
      hash: 'h',
    },
  ],
}

/** With a note that is as long as notes are and the address of a long page. */
export function exampleRefund(): ExceptionView {
  const view = exampleException('approval_required', 'open')
  const page = `https://admin.shop.example/store/${'north-'.repeat(12)}/orders/450789469?tab=refunds`
  const card = {
    title: 'Refund €900.00',
    fields: [
      ['Amount', '€900.00'],
      ['Order', page],
      ['Refund', '929361462'],
      [
        'Note',
        'The customer sent everything back unopened and asks for the whole amount, see her mail of Monday',
      ],
    ],
  }
  const exception = {
    ...view.exception,
    detail: 'Book the refund needs approval',
    data: { covers: refundCovers, card },
  }
  return { ...view, exception, run: { ...view.run, exceptions: [exception] } }
}
