import fc from 'fast-check'

/** A read as it goes over the wire: no client has tidied up its address. */
export interface HostileRead {
  readonly method: 'GET' | 'HEAD'
  /** ASCII without blanks, and otherwise anything. */
  readonly path: string
  readonly headers: { readonly [name: string]: string }
}

/** What an address line can hold; everything else goes in as its bytes. */
function escaped(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x23 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
  ).join('')
}

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const CURSORS = [
  cursor([1, 2, 'a', 'b']),
  cursor([1, 2, 'a', 'b', 3]),
  cursor([1_769_850_000_000, 1, '$pageview', 'load-1', 1]),
  cursor([-1, -1, '', '', -1]),
  cursor([2 ** 53 - 1, 2 ** 53 - 1, 'z', 'z', 2 ** 53 - 1]),
  cursor([2 ** 53, 2 ** 60, 'z', 'z', 2 ** 63]),
  cursor([1.5, 2, 'a', 'b', 3]),
  cursor([1, 2, 'a\0', '\0', 3]),
  cursor([1, 2, '\ud800', '\udfff', 3]),
  cursor([1, 2, null, {}, 3]),
  cursor({ __proto__: null }),
  Buffer.from('[1,2,"a","b",3').toString('base64url'),
  '!!!',
]

const ODD = [
  '',
  '0',
  '-1',
  '1',
  '1.1',
  '1e3',
  '1e999',
  '0x10',
  '007',
  'NaN',
  'Infinity',
  '-0',
  '9007199254740993',
  '9'.repeat(400),
  '2026-01-31',
  '2026-02-30',
  '0000-01-01',
  '9999-12-31',
  '10000-01-01',
  '2026-01-31T09:30:00Z',
  'a,b',
  'a,,b',
  ',',
  '$pageview,feature_used',
  'a,b,c,d,e,f,g,h,i,j',
  'a,b,c,d,e,f,g,h,i,j,k',
  'a,a',
  'live',
  'test',
  'null',
  'undefined',
  '[object Object]',
  '__proto__',
  'constructor',
  '%',
  '%%',
  '%_',
  "'",
  "' OR 1=1 --",
  '"; DROP TABLE events; --',
  '$1',
  '\\',
  '\0',
  '\n',
  '\u202e',
  '\u{1f9f5}',
  'Ä',
  'ß',
  'İ',
  '..',
  '.',
  '../..',
  'user-7',
  'visitor-1',
  'load-1',
  'x'.repeat(3_000),
]

/** Escapes that stand for no text. */
const RAW = [
  '%',
  '%f',
  '%ff',
  '%00',
  '%2500',
  '%2e%2e',
  '%2f',
  '%c3%28',
  '%ed%a0%80',
  '%f0%9f',
  '%u0000',
  '+',
  '&',
  '=',
  ';',
]

const text = fc.oneof(
  { arbitrary: fc.constantFrom(...ODD).map(escaped), weight: 4 },
  { arbitrary: fc.constantFrom(...CURSORS), weight: 1 },
  { arbitrary: fc.constantFrom(...RAW), weight: 1 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map(escaped), weight: 1 },
  { arbitrary: fc.double().map(String), weight: 1 },
  { arbitrary: fc.integer().map(String), weight: 1 },
)

const PLAIN = [
  '/v1/events',
  '/v1/people',
  '/v1/live',
  '/v1/reports/events',
  '/v1/reports/funnel',
  '/v1/reports/revenue',
  '/v1/reports/mrr',
  '/v1/reports/stages',
  '/v1/reports/health',
  '/v1/openapi.json',
  '/metrics',
  '/readyz',
  '/',
  '/login',
  '/v1/none',
]

const route = fc.oneof(
  { arbitrary: fc.constantFrom(...PLAIN), weight: 2 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom('people', 'groups'), text, fc.constantFrom('', '/timeline', '/export', '/none'))
      .map(([kind, id, rest]) => `/v1/${kind}/${id.replaceAll('/', '%2f').replaceAll('?', '%3f')}${rest}`),
    weight: 3,
  },
)

const NAMES = [
  'limit',
  'before',
  'search',
  'from',
  'to',
  'steps',
  'windowHours',
  'mode',
  'token',
  '__proto__',
  'limit[]',
  '',
]

const query = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), text), { maxLength: 5 })
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`))

/** Headers hold no more than Latin-1. */
const headers = fc.record(
  {
    'last-event-id': fc.oneof(fc.constantFrom(...CURSORS), fc.constantFrom('', '1', '%00')),
    cookie: fc.constantFrom(
      'threadline_page=',
      'threadline_page=default:9999999999999:x',
      'threadline_page=a:b:c:d',
      ';;',
    ),
    accept: fc.constantFrom('text/event-stream', '*/*', ''),
    range: fc.constantFrom('bytes=0-', 'x'),
    'if-none-match': fc.constantFrom('*', '"x"'),
    'x-forwarded-for': fc.constantFrom('::1', 'x, y', ','),
    expect: fc.constantFrom('100-continue'),
  },
  { requiredKeys: [] },
)

/** Reads of every route with odd ids, parameters, cursors and headers, and some good ones among them. */
export const hostileRead: fc.Arbitrary<HostileRead> = fc.record({
  method: fc.oneof({ arbitrary: fc.constant('GET' as const), weight: 9 }, fc.constant('HEAD' as const)),
  path: fc.tuple(route, query).map(([path, search]) => path + search),
  headers: fc.oneof({ arbitrary: fc.constant({}), weight: 2 }, headers),
})
