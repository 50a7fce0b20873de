// The app that is installed in the workspace, as its manifest tells it.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Command, Shortcut } from '../contract.ts'

const manifestSchema = z.object({
  display_information: z.object({ name: z.string() }),
  features: z.object({
    slash_commands: z
      .array(z.object({ command: z.string(), description: z.string(), usage_hint: z.string().default('') }))
      .default([]),
    shortcuts: z
      .array(
        z.object({
          name: z.string(),
          type: z.enum(['global', 'message']),
          callback_id: z.string(),
          description: z.string(),
        }),
      )
      .default([]),
  }),
  oauth_config: z.object({
    scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()).default([]) }),
  }),
  settings: z.object({
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }).default({ bot_events: [] }),
  }),
})

export interface InstalledApp {
  name: string
  commands: Command[]
  shortcuts: Shortcut[]
  scopes: string[]
  events: string[]
}

export const readManifest = (path: string | URL): InstalledApp => {
  const manifest = manifestSchema.parse(parse(readFileSync(path, 'utf8')))
  const { bot, bot_optional: optional } = manifest.oauth_config.scopes
  return {
    name: manifest.display_information.name,
    commands: manifest.features.slash_commands.map((each) => ({
      command: each.command,
      usageHint: each.usage_hint,
      description: each.description,
    })),
    shortcuts: manifest.features.shortcuts.map((each) => ({
      name: each.name,
      type: each.type,
      callbackId: each.callback_id,
      description: each.description,
    })),
    scopes: [...bot, ...optional],
    events: manifest.settings.event_subscriptions.bot_events,
  }
}
