/** Far enough from the ground in both schemes, and from each other. The last one is for all others. */
const COLOURS = ['#12978b', '#c87a14', '#7c6cd9', '#d0558b', '#4f8ad6', '#87939a']

export function colourOf(series: number): string {
  return COLOURS[series] ?? COLOURS.at(-1) ?? ''
}

/** Ties a row of a table or a legend to what is drawn in its colour. */
export function Swatch({ series }: { series: number }) {
  return <span class="swatch" style={{ background: colourOf(series) }} />
}
