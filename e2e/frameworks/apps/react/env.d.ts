/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the apps send their events. */
  readonly PUBLIC_COLLECTOR: string
}
