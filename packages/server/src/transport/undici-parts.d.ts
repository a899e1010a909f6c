// The file of undici that the Node transport loads, typed by undici's own declarations.

declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici'
  // biome-ignore lint/style/noDefaultExport: that is how the file exports it
  export default Agent
}
