import { useEffect, useRef, useState } from 'preact/hooks'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colourOf, Swatch } from './colours.tsx'
import { formatDay } from './format.ts'
import { stack } from './stack.ts'
import { useDarkScheme } from './use-dark-scheme.ts'

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

const HEIGHT = 220

const DAY_S = 86_400
const DAY_STEPS = [1, 2, 5, 7, 14, 28].map((days) => days * DAY_S)

/** Counts and minor units are whole numbers. */
const VALUE_STEPS = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

const BARS = UPlot.paths.bars?.({ size: [0.75, 40] })

/** Bars over days, one on top of the other. The tables beside it say the same, so it is hidden from screen readers. */
export function Chart({ days, series, format }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const dark = useDarkScheme()

  // Also when the scheme changes, for the ink changes with it.
  useEffect(() => {
    const element = holder.current
    if (!element) return undefined
    const ink = getComputedStyle(element).color
    const axis = { stroke: ink, ticks: { show: false }, font: '12px system-ui, sans-serif' }
    const grid = { stroke: `color-mix(in srgb, ${ink} 18%, transparent)`, width: 1 }
    const heights = stack(series.map(({ values }) => values))
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        // Drawn one over the other: the whole column first, then what is left without its last part, and so on.
        series: [{}, ...series.map((_, index) => barsIn(colourOf(index))).reverse()],
        axes: [
          {
            ...axis,
            grid: { show: false },
            incrs: DAY_STEPS,
            space: 64,
            size: 28,
            values: (_, ticks) => ticks.map((tick) => formatDay(new Date(tick * 1_000).toISOString())),
          },
          { ...axis, grid, incrs: VALUE_STEPS, size: 72, values: (_, ticks) => ticks.map(format) },
        ],
        scales: {
          x: { range: (_, min, max) => [min - DAY_S / 2, max + DAY_S / 2] },
          y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(1, max ?? 0)] },
        },
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), 'UTC'),
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
        hooks: { setCursor: [({ cursor }) => setPointed(cursor.idx ?? null)] },
      },
      [days.map((day) => Date.parse(day) / 1_000), ...heights.reverse()],
      element,
    )
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [days, series, format, dark])

  const day = pointed === null ? undefined : days[pointed]
  return (
    <div class="chart" aria-hidden="true">
      <ul class="legend">
        <li class="legend-day">
          {day === undefined ? `${formatDay(days[0] ?? '')} to ${formatDay(days.at(-1) ?? '')}` : formatDay(day)}
        </li>
        {series.map(({ label, values }, index) => (
          <li key={label}>
            <Swatch series={index} />
            {label}
            {pointed !== null && <b>{format(values[pointed] ?? 0)}</b>}
          </li>
        ))}
      </ul>
      <div ref={holder} />
    </div>
  )
}

function barsIn(colour: string): UPlot.Series {
  return { fill: colour, stroke: colour, width: 0, points: { show: false }, ...(BARS && { paths: BARS }) }
}
