// auth.test, team.info, bots.info, apps.connections.open, api.test.
import type { AuthTestResponse } from '@slack/web-api'
import { MAX_SOCKETS } from '../delivery/sockets.ts'
import type { Slack } from '../slack.ts'
import { optionalText } from './arguments.ts'
import type { Methods } from './method.ts'
import { Refusal } from './refusal.ts'

const authTest = (slack: Slack): Partial<AuthTestResponse> => {
  const { team, bot, people } = slack.store.workspace
  return {
    url: `${slack.url()}/`,
    team: team.name,
    user: people.get(bot.userId)?.handle ?? '',
    team_id: team.id,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  }
}

export const identityMethods: Methods = {
  'api.test': { tier: 'none', scopes: [], token: 'either', run: (_slack, args) => ({ args }) },
  'auth.test': { tier: 'none', scopes: [], token: 'either', run: authTest },
  'team.info': {
    tier: 3,
    scopes: ['team:read'],
    token: 'bot',
    run: (slack) => {
      const { id, name, domain } = slack.store.workspace.team
      return {
        team: { id, name, url: `${slack.url()}/`, domain, email_domain: '', icon: { image_default: true } },
      }
    },
  },
  'bots.info': {
    tier: 3,
    scopes: ['users:read'],
    token: 'bot',
    run: (slack, args) => {
      const { bot, people, isInstalled } = slack.store.workspace
      const asked = optionalText(args, 'bot') ?? bot.botId
      if (asked !== bot.botId) throw new Refusal('bot_not_found')
      return {
        bot: {
          id: bot.botId,
          deleted: !isInstalled,
          name: people.get(bot.userId)?.name ?? '',
          updated: 1_767_225_600,
          app_id: bot.appId,
          user_id: bot.userId,
          icons: {},
        },
      }
    },
  },
  'apps.connections.open': {
    tier: 'none',
    scopes: ['connections:write'],
    token: 'app',
    run: (slack) => {
      if (slack.sockets.count() >= MAX_SOCKETS) throw new Refusal('too_many_websockets')
      const address = new URL('/socket', slack.url())
      address.protocol = 'ws:'
      address.searchParams.set('ticket', slack.sockets.newTicket())
      address.searchParams.set('app_id', slack.store.workspace.bot.appId)
      return { url: address.href }
    },
  },
}
