// What the page calls as `threadline.init` and so on. Export what yours calls; the rest stays out of the file.
export { init, leadCreated } from '@threadline/browser'
