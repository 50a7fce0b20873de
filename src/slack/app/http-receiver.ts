// What Slack posts to /slack/events. Bolt's own receiver ends the process on a signed body that is JSON and no object; here
// every request gets an answer: 401 unproven, 413 too large, 400 not as Slack sends it, 404 nobody listens.
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type App,
  HTTPModuleFunctions,
  type Receiver,
  ReceiverMultipleAckError,
  verifySlackRequest,
} from '@slack/bolt'
import type { Logger } from 'pino'
import { isObject, misshapen } from './request-shape.ts'

const { bufferIncomingMessage, buildContentResponse, getHeader, isRawBodyError, parseHTTPRequestBody } =
  HTTPModuleFunctions

const MOST_SECONDS_OFF = 300
const MOST_BODY_BYTES = 3_000_000
const FORM = 'application/x-www-form-urlencoded'

export interface HttpReceiver {
  receiver: Receiver
  requestListener: (request: IncomingMessage, response: ServerResponse) => void
}

type Buffered = Awaited<ReturnType<typeof bufferIncomingMessage>>

export function makeHttpReceiver(signingSecret: string, log: Logger, clock: () => Date): HttpReceiver {
  let app: App | undefined

  /** Throws unless Slack signed these bytes within five minutes of now, on either side. */
  const mustBeSlack = (request: Buffered) => {
    const seconds = Number(getHeader(request, 'x-slack-request-timestamp'))
    const nowMilliseconds = clock().getTime()
    // Bolt refuses old times only; a signed request from the future could be kept and sent later.
    if (!(Math.abs(seconds - nowMilliseconds / 1000) <= MOST_SECONDS_OFF))
      throw new Error('the signed time is too far from ours')
    verifySlackRequest({
      signingSecret,
      body: request.rawBody.toString(),
      headers: {
        'x-slack-signature': getHeader(request, 'x-slack-signature'),
        'x-slack-request-timestamp': seconds,
      },
      nowMilliseconds,
    })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const end = (status: number, why?: string) => {
      if (why !== undefined) log.warn({ status, why }, 'request of Slack refused')
      if (!response.headersSent) response.writeHead(status)
      response.end()
    }
    let buffered: Buffered
    try {
      buffered = await bufferIncomingMessage(request, MOST_BODY_BYTES)
    } catch (error) {
      if (isRawBodyError(error) && error.statusCode === 413) response.setHeader('connection', 'close')
      return end(isRawBodyError(error) ? error.statusCode : 400, 'body not read')
    }
    // Slack asks so, unsigned, whether our certificate is right; nothing else of such a body is read.
    const isForm = request.headers['content-type'] === FORM
    if (isForm && new URLSearchParams(buffered.rawBody.toString()).get('ssl_check') === '1') return end(200)
    try {
      mustBeSlack(buffered)
    } catch (error) {
      return end(401, (error as Error).message)
    }
    let body: unknown
    try {
      body = parseHTTPRequestBody(buffered)
    } catch {
      return end(400, 'neither JSON nor a form')
    }
    if (isObject(body) && body['type'] === 'url_verification') {
      const { challenge } = body
      if (typeof challenge !== 'string') return end(400, 'no challenge')
      return buildContentResponse(response, { challenge })
    }
    const wrong = misshapen(body)
    if (wrong !== undefined) return end(400, wrong)

    let isAnswered = false
    const ack = async (content?: unknown) => {
      if (isAnswered) throw new ReceiverMultipleAckError()
      isAnswered = true
      buildContentResponse(response, content)
    }
    await app?.processEvent({
      body: body as Record<string, unknown>,
      ack,
      ...retryOf(request),
    })
    // Whoever listens has acknowledged by now.
    if (!isAnswered) end(404, 'nobody listens to this')
  }

  return {
    receiver: {
      init(made) {
        app = made
      },
      start: async () => {},
      stop: async () => {},
    },
    requestListener(request, response) {
      answer(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'request of Slack failed')
        if (!response.headersSent) response.writeHead(400)
        response.end()
      })
    },
  }
}

function retryOf(request: IncomingMessage): { retryNum?: number; retryReason?: string } {
  const retryNum = HTTPModuleFunctions.extractRetryNumFromHTTPRequest(request)
  const retryReason = HTTPModuleFunctions.extractRetryReasonFromHTTPRequest(request)
  return {
    ...(retryNum === undefined ? {} : { retryNum }),
    ...(retryReason === undefined ? {} : { retryReason }),
  }
}
