import type { ComponentChildren } from 'preact'

/** A column's heading; `number` aligns what is in it by its digits. */
export interface Column {
  readonly title: string
  readonly number?: boolean
}

interface DataTableProps {
  readonly caption: string
  readonly columns: readonly Column[]
  /** One list of cells for each row; the first cell names the row. */
  readonly rows: readonly (readonly ComponentChildren[])[]
}

/** On a narrow screen, rows of more columns than fit become blocks. */
const FITS = 3

export function DataTable({ caption, columns, rows }: DataTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class={`table ${columns.length > FITS ? 'table-wide' : ''}`} tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, number }) => (
              <th key={title} scope="col" class={number ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], row) => (
            <tr key={row}>
              <th scope="row">{name}</th>
              {cells.map((cell, index) => {
                const { title, number } = columns[index + 1] ?? { title: '' }
                return (
                  <td key={title} class={number ? 'number' : undefined} data-title={title}>
                    {cell}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
