// The senders we know, by name.
import { hmac, type Preset, standardWebhooks, timeIn } from './preset.ts'

export const presets = {
  'standard-webhooks': {
    title: 'Standard Webhooks',
    setup:
      'Paste the address of the hook, and keep the secret that begins with whsec_ (or the public key, whpk_)',
    proof: standardWebhooks('webhook'),
    id: 'headers["webhook-id"]',
    type: 'event.type',
  },
  github: {
    title: 'GitHub',
    setup: 'Settings → Webhooks → Add webhook: content type application/json, and a secret of your own',
    proof: hmac({ header: 'x-hub-signature-256', prefix: 'sha256=' }),
    type: 'headers["x-github-event"]',
  },
  shopify: {
    title: 'Shopify',
    setup: 'Settings → Notifications → Webhooks; the secret stands below the list',
    proof: hmac({ header: 'x-shopify-hmac-sha256', encoding: 'base64' }),
    type: 'headers["x-shopify-topic"]',
  },
  stripe: {
    title: 'Stripe',
    setup: 'Developers → Webhooks → Add endpoint; keep its signing secret (whsec_…) as it stands',
    proof: hmac({
      header: 'stripe-signature',
      prefix: 'v1=',
      list: ',',
      signed: '${timestamp}.${body}',
      time: timeIn({ part: 't' }),
    }),
    type: 'event.type',
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]]
export const presetOf = (name: PresetName): Preset => presets[name]
