// What a page calls its own stands before what the browser calls so: `<form name="title">` hides `document.title`,
// `<div id="addEventListener">` the method of the window. Prototypes are out of their reach.

/** Properties of the document that are no objects: an object in their place is an element of the page. */
type DocumentFact = 'cookie' | 'hidden' | 'readyState' | 'referrer' | 'title'

/** Reads a property of the document. What a script has defined on purpose (a consent tool, a test) is taken as it is. */
export function documentFact<Name extends DocumentFact>(name: Name): Document[Name] {
  const value: unknown = document[name]
  return typeof value === 'object' ? Reflect.get(Document.prototype, name, document) : document[name]
}

/** Sets `document.cookie`. */
export function setDocumentCookie(cookie: string): void {
  const value: unknown = document.cookie
  if (typeof value === 'object') Reflect.set(Document.prototype, 'cookie', cookie, document)
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous, and missing in Firefox
  else document.cookie = cookie
}

/** Listens, until the `signal` of the options is aborted. */
export function listen(
  target: EventTarget,
  type: string,
  listener: (event: Event) => void,
  options?: AddEventListenerOptions | boolean,
): void {
  EventTarget.prototype.addEventListener.call(target, type, listener, options)
}
