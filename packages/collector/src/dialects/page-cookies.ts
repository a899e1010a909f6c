/** The cookies of a request by name. Of two cookies of one name the last, as everywhere: decision 0051. */
export function cookiesOf(request: Request): ReadonlyMap<string, string> {
  const header = request.headers.get('cookie') ?? ''
  return new Map(
    header.split(';').map((pair) => {
      const equals = pair.indexOf('=')
      return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()] as const
    }),
  )
}
