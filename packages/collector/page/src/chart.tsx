import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface Series {
  readonly label: string
  /** One value for each day. */
  readonly values: readonly number[]
}

interface ChartProps {
  /** `2026-01-31`, in order. */
  readonly days: readonly string[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
}

const HEIGHT = 240
const COLOURS = ['#0f9488', '#c2740a', '#7c6cd9', '#d0558b', '#5a8fd6']

/** Lines over days. The table beside it says the same in numbers, so it is hidden from screen readers. */
export function Chart({ days, series, format }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const element = holder.current
    if (!element) return undefined
    const ink = getComputedStyle(element).color
    const axis = { stroke: ink, grid: { stroke: `color-mix(in srgb, ${ink} 20%, transparent)` } }
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        series: [{}, ...series.map(({ label }, index) => lineOf(label, index, format))],
        axes: [axis, { ...axis, size: 80, values: (_, ticks) => ticks.map(format) }],
        scales: { y: { range: (_, min, max) => [Math.min(0, min), Math.max(1, max)] } },
        cursor: { drag: { x: false, y: false } },
      },
      [days.map((day) => Date.parse(day) / 1_000), ...series.map(({ values }) => [...values])],
      element,
    )
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [days, series, format])

  return <div class="chart" ref={holder} aria-hidden="true" />
}

function lineOf(label: string, index: number, format: (value: number) => string): UPlot.Series {
  const colour = COLOURS[index % COLOURS.length] ?? ''
  return {
    label,
    stroke: colour,
    width: 2,
    points: { size: 6, fill: colour },
    value: (_, value) => (value === null ? '' : format(value)),
  }
}
