// How a call proves who sends it. Secrets stand here by name only.
import { z } from 'zod'
import { secretName, template } from '../text/text-kinds.ts'

const named = template
  .min(1)
  .describe('A text, ${vars.…} or secret.NAME')
  .meta({ examples: ['ops@example.com'] })

/** A secret, or a text with one in it. */
const withSecret = template
  .refine((text) => /^secret\.\w+$/.test(text) || /\$\{\s*secret\./.test(text), {
    error: 'write secret.NAME, or a text with ${secret.NAME} in it',
  })
  .meta({ examples: ['secret.SHOP_TOKEN'] })

/** Behind one address several hosts may answer, and this header is what they are told apart by. */
export const isHost = (name: string): boolean => name.toLowerCase() === 'host'
export const HOST_IS_SAID = 'the address says which host is called: write no header Host'

const header = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'write the name of a header, like X-Api-Key')
  .refine((name) => !isHost(name), HOST_IS_SAID)
  .meta({ examples: ['X-Api-Key'] })

const SIGNED = new Set(['timestamp', 'method', 'path', 'body', 'id'])
const signedFault = (text: string): string | undefined => {
  const unknown = [...text.matchAll(/\$\{([^}]*)\}/g)].find(([, name = '']) => !SIGNED.has(name.trim()))
  if (unknown)
    return `what is signed is made of ${[...SIGNED].map((name) => `\${${name}}`).join(', ')}, not ${unknown[0]}`
  return text.includes('${body}') ? undefined : 'sign the body: ${body} stands nowhere in it'
}

const kinds = {
  bearer: secretName.describe('Authorization: Bearer …'),
  basic: z
    .strictObject({ username: named, password: secretName.optional() })
    .describe('Without a password it is empty, as Stripe takes its key'),
  header: z
    .strictObject({ name: header, value: withSecret })
    .describe('Any header, like X-Api-Key; value: "Bot ${secret.NAME}" puts words before it'),
  hmac: z
    .strictObject({
      secret: secretName,
      header,
      signed: z
        .string()
        .max(500)
        .default('${body}')
        .refine((text) => signedFault(text) === undefined, {
          error: ({ input }) => (typeof input === 'string' ? signedFault(input) : undefined),
        })
        .describe('What is signed: ${timestamp}, ${method}, ${path}, ${body}, ${id}'),
      algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
      encoding: z.enum(['hex', 'base64']).default('hex'),
      prefix: z.string().max(50).default('').describe('Before the signature, like sha256='),
      timestamp: header.optional().describe('The header that carries the time of signing'),
    })
    .describe('A signature over the body'),
  oauth2: z
    .strictObject({
      token_url: template.min(1).meta({ examples: ['https://login.example.com/oauth/token'] }),
      client_id: named,
      client_secret: secretName,
      scope: z.string().max(1000).optional(),
      audience: z.string().max(1000).optional(),
      client_auth: z.enum(['header', 'body']).default('header').describe('Where the token request has them'),
    })
    .describe('Client credentials; the token is kept until it ends'),
  jwt_bearer: z
    .strictObject({
      token_url: template.min(1).meta({ examples: ['https://oauth2.googleapis.com/token'] }),
      issuer: named.describe('Who signs: the e-mail of a service account, or the id of the client'),
      private_key: secretName.describe('Signs: PEM, RSA or P-256; its lines may end with \\n in letters'),
      subject: named.optional().describe('For whom, where not for the issuer itself'),
      audience: named.optional().describe('Default: token_url'),
      scope: z.string().max(1000).optional(),
      key_id: named.optional(),
    })
    .describe('A token for a statement that a key signs (RFC 7523): Google, Salesforce'),
  aws: z
    .strictObject({
      access_key: named,
      secret_key: secretName,
      session_token: secretName.optional(),
      region: named.meta({ examples: ['eu-central-1'] }),
      service: named.meta({ examples: ['execute-api'] }),
    })
    .describe('AWS Signature Version 4'),
}
export const authKinds = Object.keys(kinds) as (keyof typeof kinds)[]

export const authSchema = z
  .strictObject({
    bearer: kinds.bearer.optional(),
    basic: kinds.basic.optional(),
    header: kinds.header.optional(),
    hmac: kinds.hmac.optional(),
    oauth2: kinds.oauth2.optional(),
    jwt_bearer: kinds.jwt_bearer.optional(),
    aws: kinds.aws.optional(),
  })
  .refine((auth) => authKinds.filter((name) => auth[name] !== undefined).length === 1, {
    error: `auth is exactly one of ${authKinds.join(', ')}`,
  })
  .describe('How the call proves who sends it')

export type Auth = z.output<typeof authSchema>
