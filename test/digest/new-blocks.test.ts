import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import type { KnownBlock } from '@slack/types'
import { WebClient } from '@slack/web-api'
import { makeNewBlocks } from '../../src/slack/notify/new-blocks.ts'

const section: KnownBlock = { type: 'section', text: { type: 'mrkdwn', text: 'a table' } }
const table: KnownBlock = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }

/** A Slack that refuses tables. Resolves with a way to post there, and whether each call had a table. */
async function refusingTables(t: { after(end: () => void): void }) {
  const hadTable: boolean[] = []
  const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
    const isTable = decodeURIComponent(await text(request)).includes('"table"')
    hadTable.push(isTable)
    const answer = isTable ? { ok: false, error: 'invalid_blocks' } : { ok: true, ts: '1.0' }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  }
  const server = createServer((...exchange) => void answerTo(...exchange)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const client = new WebClient('xoxb-test', {
    slackApiUrl: `http://127.0.0.1:${port}/`,
    retryConfig: { retries: 0 },
  })
  const call = (message: { text: string; blocks: KnownBlock[] }) =>
    client.chat.postMessage({ channel: 'C0000001', ...message })
  return { hadTable, call }
}

describe('a workspace that refuses new blocks', () => {
  test('gets the classic form, and from then on at once', async (t) => {
    const { hadTable, call } = await refusingTables(t)
    const newBlocks = makeNewBlocks()
    const message = { text: 'a', blocks: [table], classic: [section] }
    for (const _ of [1, 2]) assert.equal((await newBlocks.send(message, call)).ok, true)
    assert.deepEqual(hadTable, [true, false, false])
  })

  test('is not blamed when the classic form is refused too', async (t) => {
    const { hadTable, call } = await refusingTables(t)
    const newBlocks = makeNewBlocks()
    const message = { text: 'a', blocks: [table], classic: [table] }
    await assert.rejects(newBlocks.send(message, call), { code: 'slack_webapi_platform_error' })
    assert.equal((await newBlocks.send({ text: 'a', blocks: [section], classic: [table] }, call)).ok, true)
    assert.deepEqual(hadTable, [true, true, false])
  })

  test('stands without what the file put on it, where Slack refuses that', async (t) => {
    const { hadTable, call } = await refusingTables(t)
    const newBlocks = makeNewBlocks()
    const message = { text: 'a', blocks: [table], classic: [table], bare: [section] }
    assert.equal((await newBlocks.send(message, call)).ok, true)
    assert.deepEqual(hadTable, [true, true, false])
  })
})
