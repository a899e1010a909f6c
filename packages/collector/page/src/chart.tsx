import { useEffect, useRef, useState } from 'preact/hooks'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colourOf, Swatch } from './colours.tsx'
import { type Buckets, formatBucket, formatTick } from './format.ts'
import type { QuietTime } from './quiet-times.ts'
import { stack } from './stack.ts'
import { useDarkScheme } from './use-dark-scheme.ts'

export interface Series {
  readonly label: string
  /** One value for each bucket. */
  readonly values: readonly number[]
}

interface ChartProps {
  /** When each bucket starts, in order: days as `2026-01-31`, or instants. */
  readonly days: readonly string[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  /** The marks beside the chart. @defaultValue `format` */
  readonly formatMark?: (value: number) => string
  /** @defaultValue days in UTC */
  readonly buckets?: Buckets
  /** Buckets to be shaded, for nothing arrived in them. */
  readonly quiet?: readonly QuietTime[]
  /** What the sums were in as many buckets before: drawn as a line. */
  readonly before?: readonly number[] | undefined
}

const DAYS: Buckets = { interval: 'day', timeZone: 'UTC' }

const NO_QUIET: readonly QuietTime[] = []

const HEIGHT = 220

const HOUR_S = 3_600
const DAY_S = 86_400

const BUCKET_S = { hour: HOUR_S, day: DAY_S, week: 7 * DAY_S }

/** Distances between the marks under a chart. */
const STEPS = {
  hour: [1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR_S),
  day: [1, 2, 5, 7, 14, 28].map((days) => days * DAY_S),
  week: [1, 2, 4, 8, 13, 26].map((weeks) => weeks * 7 * DAY_S),
}

/** Counts and minor units are whole numbers. */
const VALUE_STEPS = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

const BARS = UPlot.paths.bars?.({ size: [0.75, 40] })

/** Bars over days or other buckets of time, one on top of the other. The tables beside it say the same, so it is hidden from screen readers. */
export function Chart({ days, series, format, buckets = DAYS, quiet = NO_QUIET, before, ...rest }: ChartProps) {
  const { formatMark = format } = rest
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
    const shade = `color-mix(in srgb, ${ink} 10%, transparent)`
    const half = BUCKET_S[buckets.interval] / 2
    const heights = stack(series.map(({ values }) => values))
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        // Drawn one over the other: the whole column first, then what is left without its last part, and so on.
        series: [{}, ...series.map((_, index) => barsIn(colourOf(index))).reverse(), ...(before ? [lineIn(ink)] : [])],
        axes: [
          {
            ...axis,
            grid: { show: false },
            incrs: STEPS[buckets.interval],
            space: 64,
            size: 28,
            values: (_, ticks) => ticks.map((tick) => formatTick(new Date(tick * 1_000).toISOString(), buckets)),
          },
          { ...axis, grid, incrs: VALUE_STEPS, size: 56, values: (_, ticks) => ticks.map(formatMark) },
        ],
        scales: {
          x: { range: (_, min, max) => [min - half, max + half] },
          y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(1, max ?? 0)] },
        },
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), buckets.timeZone),
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
        hooks: {
          drawClear: [(plot) => shadeQuiet(plot, { quiet, half, shade })],
          setCursor: [({ cursor }) => setPointed(cursor.idx ?? null)],
        },
      },
      [
        days.map((day) => Date.parse(day) / 1_000),
        ...heights.reverse(),
        ...(before ? [days.map((_, at) => before[at])] : []),
      ],
      element,
    )
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [days, series, formatMark, buckets, quiet, before, dark])

  const day = pointed === null ? undefined : days[pointed]
  return (
    <div class="chart" aria-hidden="true">
      <ul class="legend">
        <li class="legend-day">{day === undefined ? rangeOf(days, buckets) : formatBucket(day, buckets)}</li>
        {series.map(({ label, values }, index) => (
          <li key={index}>
            <Swatch series={index} />
            {label}
            {pointed !== null && <b>{format(values[pointed] ?? 0)}</b>}
          </li>
        ))}
        {before && (
          <li>
            <span class="swatch swatch-line" />
            The period before
            {pointed !== null && <b>{format(before[pointed] ?? 0)}</b>}
          </li>
        )}
      </ul>
      <div ref={holder} />
    </div>
  )
}

interface Shading {
  readonly quiet: readonly QuietTime[]
  /** Half a bucket, in seconds. */
  readonly half: number
  readonly shade: string
}

/** Under the bars. */
function shadeQuiet(plot: UPlot, { quiet, half, shade }: Shading): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = shade
  for (const { first, last } of quiet) {
    const left = plot.valToPos((plot.data[0][first] ?? 0) - half, 'x', true)
    const right = plot.valToPos((plot.data[0][last] ?? 0) + half, 'x', true)
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
  ctx.restore()
}

function rangeOf(starts: readonly string[], buckets: Buckets): string {
  const [first = '', last = first] = [starts[0], starts.at(-1)]
  return `${formatBucket(first, buckets)} to ${formatBucket(last, buckets)}`
}

/** Over the bars. */
function lineIn(colour: string): UPlot.Series {
  return { stroke: colour, width: 1.5, dash: [5, 4], points: { show: false } }
}

function barsIn(colour: string): UPlot.Series {
  return { fill: colour, stroke: colour, width: 0, points: { show: false }, ...(BARS && { paths: BARS }) }
}
