export interface MeasuredBundle {
  readonly name: string
  readonly brotliBytes: number
  readonly limitBytes: number
}

const BLOCK = /(<!-- sizes -->\n)[\s\S]*?(<!-- \/sizes -->)/

/**
 * The README with the measured sizes in its `<!-- sizes -->` block.
 *
 * @throws When the README has no such block.
 */
export function withSizes(readme: string, bundles: readonly MeasuredBundle[]): string {
  if (!BLOCK.test(readme)) throw new Error('README.md has no <!-- sizes --> block')
  const rows = bundles.map(
    ({ name, brotliBytes, limitBytes }) => `| ${name} | ${kilobytes(brotliBytes)} | ${kilobytes(limitBytes)} |`,
  )
  const table = ['| what | size | limit |', '|---|---|---|', ...rows, ''].join('\n')
  return readme.replace(BLOCK, (_, open: string, close: string) => `${open}${table}${close}`)
}

/** In units of 1024 bytes, rounded up: 4096 is `4.0 KB`. */
function kilobytes(bytes: number): string {
  return `${(Math.ceil((bytes / 1024) * 10) / 10).toFixed(1)} KB`
}
