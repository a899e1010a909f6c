/** One tab of a real browser. */
export interface Tab {
  /** Resolves when the page has loaded. */
  goto(url: string): Promise<void>
  /** Runs a JavaScript expression in the page, waits for its promise if it is one, and gives its JSON value. */
  evaluate<Value>(expression: string): Promise<Value>
  /** Brings the tab to the front. In Chromium and Firefox that hides the one that was there. */
  show(): Promise<void>
  close(): Promise<void>
}

/** One private profile of a browser: cookies and storage are its own. */
export interface Profile {
  newTab(): Promise<Tab>
  close(): Promise<void>
}

/** A browser that can be driven. Names that end in `.example.test` lead to this machine, where the browser can do that. */
export interface Driver {
  newProfile(): Promise<Profile>
  close(): Promise<void>
}
