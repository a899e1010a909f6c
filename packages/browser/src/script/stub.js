// Goes into the page itself, before the script tag: calls made before the script has loaded are collected.
window.threadline ??= new Proxy(
  { q: [] },
  {
    get: (stub, name) => (name === 'q' ? stub.q : (...args) => stub.q.push([name, ...args])),
  },
)
