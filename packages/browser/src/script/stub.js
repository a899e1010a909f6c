// Goes into the page itself, before the script tag: what is called before the script has loaded is collected.
// An element with id="threadline" is no client, and a client that is there already is left alone.
if (!window.threadline?.init) {
  const q = []
  const none = () => undefined
  const stub = {
    q,
    getAnonymousId: none,
    getSessionId: none,
    hasOptedOut: () => false,
    headers: () => ({}),
    storage: () => ({ cookie: false, localStorage: false }),
    flush: () => Promise.resolve({ delivered: 0, duplicates: 0, dropped: 0 }),
  }
  const verbs =
    'init capture page identify alias group reset setAnonymousId consent optOut optIn destroy contentViewed signedUp leadCreated featureUsed checkoutStarted checkoutCancelled trialStarted subscriptionCancelled'
  for (const name of verbs.split(' ')) {
    // 500 are what a page keeps: a script that is blocked never comes.
    stub[name] = (...args) => void (q.length < 500 && q.push([Date.now(), name, ...args]))
  }
  window.threadline = stub
}
