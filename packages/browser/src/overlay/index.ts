export { overlay } from './overlay.ts'
