export { webVitals } from './web-vitals.ts'
