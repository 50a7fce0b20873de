// files.*: an address to upload to, completion that shares the file as a message, and what a file is.
import { extname } from 'node:path'
import type { FilesCompleteUploadExternalResponse, FilesGetUploadURLExternalResponse } from '@slack/web-api'
import type { Slack } from '../slack.ts'
import { newId, secret } from '../workspace/ids.ts'
import { post } from '../workspace/posting.ts'
import type { StoredFile } from '../workspace/workspace.ts'
import { listOf, optionalText, structure, text, wholeNumber, type Arguments } from './arguments.ts'
import { blocksOf } from './block-checks.ts'
import type { Methods } from './method.ts'
import { Refusal, invalidArguments } from './refusal.ts'

const MIME_TYPES: Record<string, string> = {
  '.csv': 'text/csv',
  '.txt': 'text/plain',
  '.json': 'application/json',
  '.yaml': 'text/yaml',
  '.yml': 'text/yaml',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
}

const MAX_FILE_BYTES = 20_000_000

type FileJson = NonNullable<FilesCompleteUploadExternalResponse['files']>[number]

const fileJson = (slack: Slack, file: StoredFile): FileJson => {
  const extension = extname(file.name).slice(1)
  const address = `${slack.url()}/files-pri/${slack.store.workspace.team.id}-${file.id}`
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extension === '' ? 'binary' : extension,
    pretty_type: extension.toUpperCase(),
    user: file.user,
    user_team: slack.store.workspace.team.id,
    editable: false,
    size: file.size,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: file.channels.length > 0,
    public_url_shared: false,
    display_as_bot: false,
    url_private: `${address}/${encodeURIComponent(file.name)}`,
    url_private_download: `${address}/download/${encodeURIComponent(file.name)}`,
    permalink: `${slack.url()}/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    channels: file.channels,
    groups: [],
    ims: [],
    comments_count: 0,
  }
}

const getUploadUrl = (slack: Slack, args: Arguments): Partial<FilesGetUploadURLExternalResponse> => {
  const name = text(args, 'filename')
  const size = wholeNumber(args, 'length', 0)
  if (size <= 0 || size > MAX_FILE_BYTES) throw invalidArguments('must be a size in bytes: length')
  const id = newId('F')
  const file: StoredFile = {
    id,
    name,
    title: name,
    mimetype: MIME_TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream',
    size,
    user: slack.store.workspace.bot.userId,
    created: Math.floor(slack.clock.nowMs() / 1000),
    pageUrl: `/page/files/${id}`,
    uploadKey: secret(16),
    isComplete: false,
    channels: [],
  }
  slack.store.commit({ kind: 'file', file })
  return { upload_url: `${slack.url()}/upload/v1/${file.uploadKey}`, file_id: id }
}

const uploaded = (slack: Slack, id: string): StoredFile => {
  const file = slack.store.workspace.files.get(id)
  if (!file || !slack.files.get(id)) throw new Refusal('file_not_found')
  return file
}

const asked = (args: Arguments): { id: string; title: string | undefined }[] => {
  const { value, isBroken } = structure(args, 'files')
  if (isBroken || !Array.isArray(value) || value.length === 0)
    throw invalidArguments('missing required field: files')
  return value.map((each: { id?: unknown; title?: unknown } | null) => {
    if (typeof each?.id !== 'string') throw invalidArguments('missing required field: files/id')
    return { id: each.id, title: typeof each.title === 'string' ? each.title : undefined }
  })
}

const complete = (slack: Slack, args: Arguments): Partial<FilesCompleteUploadExternalResponse> => {
  const one = optionalText(args, 'channel_id')
  const channels = one === undefined ? listOf(args, 'channels') : [one]
  for (const id of channels) {
    const channel = slack.store.workspace.channels.get(id)
    if (!channel) throw new Refusal('channel_not_found')
    if (channel.isArchived) throw new Refusal('is_archived')
    if (!channel.members.includes(slack.store.workspace.bot.userId)) throw new Refusal('not_in_channel')
  }
  const files = asked(args).map(({ id, title }): StoredFile => {
    const file = uploaded(slack, id)
    return { ...file, title: title ?? file.title, isComplete: true, channels }
  })
  const blocks = blocksOf(args)
  for (const file of files) slack.store.commit({ kind: 'file', file })
  for (const channel of channels)
    post(slack.store, {
      channel,
      user: slack.store.workspace.bot.userId,
      isBot: true,
      text: optionalText(args, 'initial_comment') ?? '',
      ...(blocks && { blocks }),
      threadTs: optionalText(args, 'thread_ts') ?? null,
      files: files.map(
        ({ uploadKey: _key, isComplete: _complete, channels: _channels, ...shared }) => shared,
      ),
    })
  return { files: files.map((file) => fileJson(slack, file)) }
}

export const fileMethods: Methods = {
  'files.getUploadURLExternal': { tier: 4, scopes: ['files:write'], token: 'bot', run: getUploadUrl },
  'files.completeUploadExternal': { tier: 4, scopes: ['files:write'], token: 'bot', run: complete },
  'files.info': {
    tier: 4,
    scopes: ['files:read'],
    token: 'bot',
    run: (slack, args) => ({
      file: fileJson(slack, uploaded(slack, text(args, 'file'))),
      comments: [],
      response_metadata: { next_cursor: '' },
    }),
  },
}
