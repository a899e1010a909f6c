// Goes into the page itself, before the script tag: what is called before the script has loaded is collected.
// An element with id="threadline" is no client, and a client that is there already is left alone.
if (!window.threadline?.init) {
  const q = []
  const none = () => undefined
  const moment = () => ({
    timestamp: Date.now(),
    url: location.href,
    title: document.title,
    entry: window.navigation?.currentEntry?.key ?? history.length,
  })
  const stub = {
    q,
    at: moment(),
    getAnonymousId: none,
    getSessionId: none,
    hasOptedOut: () => false,
    headers: () => ({}),
    storage: () => ({ cookie: false, localStorage: false }),
    flush: () => Promise.resolve({ delivered: 0, duplicates: 0, dropped: 0 }),
  }
  const verbs =
    'init capture page identify alias group reset setAnonymousId consent optOut optIn destroy contentViewed signedUp leadCreated featureUsed checkoutStarted checkoutCancelled trialStarted subscriptionCancelled'
  // What the page changes later was not called with; functions, such as those of a configuration, stay what they are.
  const copy = (value) => {
    try {
      return JSON.parse(JSON.stringify(value))
    } catch {
      return value
    }
  }
  for (const name of verbs.split(' ')) {
    stub[name] = (...args) => {
      // 500 are what a page keeps: a script that is blocked never comes.
      if (q.length >= 500) return
      q.push([moment(), name, ...(name === 'init' ? args : args.map(copy))])
    }
  }
  window.threadline = stub
}
