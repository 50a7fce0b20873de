// Wrong files: the file as a whole.
import { type Wrong, sound } from './sound.ts'

export const wrongShapes: Wrong[] = [
  { why: 'an empty file', change: [sound, ''], line: 1, says: 'the file is empty', hint: 'signalbox new' },
  {
    why: 'a list',
    change: [sound, '- a\n- b\n'],
    line: 1,
    says: 'the file must be a map of names, and is a list',
  },
  { why: 'not YAML', change: ['title: Order delivery', 'title: Order: delivery'], line: 2, says: 'not YAML' },
  { why: 'a tab', change: ['  webhook: {', '\twebhook: {'], line: 6, says: 'indent with spaces, not tabs' },
  {
    why: 'a key twice',
    change: ['title: Order delivery', 'title: A\ntitle: B'],
    line: 3,
    says: 'the same key stands here twice',
  },
  {
    why: 'an unknown key',
    change: ['title:', 'titel:'],
    line: 2,
    says: 'unknown key "titel"',
    hint: 'did you mean title?',
  },
  {
    why: 'an unknown key deep inside',
    change: ['respond: 30m', 'respnd: 30m'],
    line: 27,
    says: 'unknown key "respnd" in sla',
    hint: 'did you mean respond?',
  },
  {
    why: 'an unknown keyword of a field',
    change: ['type: string, from: event.order_id', 'type: string, minlength: 1'],
    line: 9,
    says: 'unknown key "minlength"',
    hint: 'did you mean minLength?',
  },
  { why: 'no key', change: ['workflow: order-delivery\n', ''], line: 1, says: 'workflow is missing' },
  {
    why: 'a key with capitals',
    change: ['workflow: order-delivery', 'workflow: OrderDelivery'],
    line: 1,
    says: 'use small letters, digits and hyphens',
  },
  {
    why: 'no trigger',
    change: ['trigger:\n  webhook: { verify: { scheme: none }, id: event.order_id }\n', ''],
    line: 1,
    says: 'trigger is missing',
  },
  {
    why: 'an empty trigger',
    change: ['trigger:\n  webhook: { verify: { scheme: none }, id: event.order_id }', 'trigger: {}'],
    line: 5,
    says: 'a workflow needs a webhook, a command or a schedule',
  },
  {
    why: 'no rules',
    change: [sound.slice(sound.indexOf('rules:'), sound.indexOf('routes:')), 'rules: []\n'],
    line: 13,
    says: 'write at least one rule',
  },
  {
    why: 'a number for a text',
    change: ['title: Order delivery', 'title: 12'],
    line: 2,
    says: 'title must be text',
    hint: 'put it in quotes: "12"',
  },
  {
    why: 'a text for a list',
    change: [sound.slice(sound.indexOf('tests:')), 'tests: none\n'],
    line: 28,
    says: 'tests must be a list',
  },
  {
    why: 'a channel without #',
    change: ['channel: "#ops-exceptions"', 'channel: ops-exceptions'],
    line: 4,
    says: 'write a channel like "#ops-exceptions"',
  },
  {
    why: 'an owner without @',
    change: ['owner: "@ops-lead"', 'owner: ops-lead'],
    line: 3,
    says: 'write "@person", "@group", role:name',
  },
  {
    why: 'an unknown owner strategy',
    change: ['round_robin("@support")', 'round_robbin("@support")'],
    line: 19,
    says: 'write "@person", "@group", role:name',
  },
  {
    why: 'an alias by mistake',
    change: ['title: Order delivery', 'title: *Order'],
    line: 2,
    says: 'a text that begins with * needs quotes',
  },
  {
    why: 'a name JavaScript would lose',
    change: ['    event: { order_id: "1",', '    event: { __proto__: 1, order_id: "1",'],
    line: 30,
    says: '"__proto__" cannot be a name',
  },
]
