import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'
import type { Part } from '../contract/instance.ts'
import { documentFact } from '../platform/page-globals.ts'

/** CLS has no unit, and three places that matter; the others are milliseconds. */
function rounded({ name, value }: Metric): number {
  return name === 'CLS' ? Math.round(value * 1_000) / 1_000 : Math.round(value)
}

/**
 * A part that captures `web_vitals_measured` once for each page that is loaded, when it is hidden for the first time: `lcp_ms`,
 * `inp_ms`, `fcp_ms`, `ttfb_ms` and `cls`, as far as the browser measures them and the visitor gave cause. Measured by
 * Google's `web-vitals` library, a peer dependency of this import alone.
 */
export const webVitals: Part = ({ capture }) => {
  let measured: { [name: string]: number } = {}

  function note(metric: Metric): void {
    measured[metric.name === 'CLS' ? 'cls' : `${metric.name.toLowerCase()}_ms`] = rounded(metric)
  }

  for (const observe of [onCLS, onFCP, onINP, onLCP, onTTFB]) observe(note)
  let isTold = false
  return {
    // The library has its last word in the capturing phase of the same event, before this. `pagehide` comes earlier.
    hidden() {
      if (documentFact('hidden') && !isTold && Object.keys(measured).length > 0) {
        isTold = true
        capture('web_vitals_measured', measured)
      }
    },
    // Measured anew.
    restored() {
      isTold = false
      measured = {}
    },
  }
}
