import type { Part } from '../contract/instance.ts'
import { listen } from '../platform/page-globals.ts'
import { closestInPath } from './closest-in-path.ts'

const EVENT_ATTRIBUTE = 'data-track'
const PROPERTY_PREFIX = 'data-track-'

/** `data-track-plan-name="pro"` becomes `{ plan_name: 'pro' }`. */
function propertiesOf(element: Element): { [name: string]: string } {
  const properties: { [name: string]: string } = {}
  for (const name of element.getAttributeNames()) {
    if (!name.startsWith(PROPERTY_PREFIX)) continue
    properties[name.slice(PROPERTY_PREFIX.length).replaceAll('-', '_')] = element.getAttribute(name) ?? ''
  }
  return properties
}

/**
 * A part that captures clicks on elements, and submits of forms, that carry a `data-track` attribute: its value is the
 * event's name, every `data-track-*` beside it a property. Nothing else of the page is read. Open shadow roots count as
 * part of the page.
 *
 * @example
 * ```html
 * <button data-track="plan_chosen" data-track-plan="pro">Choose Pro</button>
 * ```
 */
export const trackAttributes: Part = ({ capture, signal }) => {
  const roots = new WeakSet<EventTarget>()
  const options = { capture: true, signal }

  /** What the click before was captured for, and the control that its label hands it on to, with a click of its own. */
  let before: { readonly element: Element; readonly control: unknown } | undefined

  function track(event: Event, selector: string): void {
    const element = closestInPath(event, selector)
    const name = element?.getAttribute(EVENT_ATTRIBUTE)
    const [target] = event.composedPath()
    const isHandedOn = target === before?.control && element === before?.element
    before = undefined
    if (!element || !name || isHandedOn) return
    capture(name, propertiesOf(element))
    const label = event.type === 'click' && closestInPath(event, 'label')
    if (!(label instanceof HTMLLabelElement) || label.control === target) return
    before = { element, control: label.control }
    // The browser hands it on in the same task, or not at all.
    setTimeout(() => {
      before = undefined
    })
  }

  /** While the event goes down, so that a handler which stops it does not hide it. */
  function listenForSubmits(root: EventTarget): void {
    listen(root, 'submit', (event) => track(event, `form[${EVENT_ATTRIBUTE}]`), options)
    roots.add(root)
  }

  /** A submit does not leave its shadow root, focus does: whoever fills in a form there is heard of before. */
  function findRoots(event: Event): void {
    for (const node of event.composedPath()) if (node instanceof ShadowRoot && !roots.has(node)) listenForSubmits(node)
  }

  listen(window, 'click', (event) => track(event, `[${EVENT_ATTRIBUTE}]:not(form)`), options)
  listen(window, 'focusin', findRoots, options)
  listen(window, 'click', findRoots, options)
  listenForSubmits(window)
  return {}
}
