// Every place where a channel is named as it is, not by an expression.
import type { Definition } from './definition.ts'
import { exceptionChannel } from './exception-channel.ts'
import { DIGEST_CHANNEL, type Standards } from './standards.ts'

/** Of a channel, a group, a direct message or a member. */
export const isPlaceId = (text: string): boolean => /^[CGDUW][A-Z0-9]{6,}$/.test(text)

/** `#pay` of a channel by its name, also written without #; undefined: an id, or text that is read when there is a record. */
export const channelNameIn = (text: string): string | undefined =>
  /^#?[^#@$\s]+$/.test(text) && !isPlaceId(text) ? `#${text.replace(/^#/, '')}` : undefined

type Path = readonly (string | number)[]

/** What a workflow's file itself names. */
export const channelsWritten = (definition: Definition): { text: string; path: Path }[] => [
  ...(definition.channel === undefined ? [] : [{ text: definition.channel, path: ['channel'] }]),
  ...Object.entries(definition.routes).flatMap(([route, { actions }]) =>
    actions.flatMap(({ slack }, at) =>
      slack ? [{ text: slack.channel, path: ['routes', route, 'actions', at, 'slack', 'channel'] }] : [],
    ),
  ),
]

const forAll = (digests: Standards['digests']): boolean =>
  Object.values(digests).some(({ channel, team }) => channel !== undefined && team === undefined)

/** The names of channels in a version and in what it is published under, with those that stand where none is written. */
export const channelNames = (
  definition: Definition | undefined,
  { channels, digests }: Pick<Standards, 'channels' | 'digests'>,
): string[] =>
  [
    ...(definition
      ? [exceptionChannel(definition, { channels }), ...channelsWritten(definition).map(({ text }) => text)]
      : [
          ...(forAll(digests) ? [] : [DIGEST_CHANNEL]),
          ...Object.values(digests).map(({ channel }) => channel),
        ]),
    channels.exceptions,
    channels.alerts,
  ].flatMap((text) => (text === undefined ? [] : (channelNameIn(text) ?? [])))
