const EVENT_ATTRIBUTE = 'data-track'
const PROPERTY_PREFIX = 'data-track-'

/** `data-track-plan-name="pro"` becomes `{ plan_name: 'pro' }`. */
function propertiesOf(element: Element): { [name: string]: string } {
  const properties: { [name: string]: string } = {}
  for (const { name, value } of Array.from(element.attributes)) {
    if (name.startsWith(PROPERTY_PREFIX)) properties[name.slice(PROPERTY_PREFIX.length).replaceAll('-', '_')] = value
  }
  return properties
}

/**
 * A part that captures clicks on elements, and submits of forms, that carry a `data-track` attribute: its value is the
 * event's name, every `data-track-*` beside it a property. Nothing else of the page is read.
 *
 * @example
 * ```html
 * <button data-track="plan_chosen" data-track-plan="pro">Choose Pro</button>
 * ```
 */
import type { Part } from '../contract/instance.ts'
export const trackAttributes: Part = ({ capture }) => {
  function track(element: Element | null | undefined): void {
    const name = element?.getAttribute(EVENT_ATTRIBUTE)
    if (element && name) capture(name, propertiesOf(element))
  }

  function closest(event: Event, selector: string): Element | null | undefined {
    return event.target instanceof Element ? event.target.closest(selector) : undefined
  }

  // While the event goes down, so that a handler which stops it does not hide it.
  addEventListener('click', (event) => track(closest(event, `[${EVENT_ATTRIBUTE}]:not(form)`)), true)
  addEventListener('submit', (event) => track(closest(event, `form[${EVENT_ATTRIBUTE}]`)), true)
  return {}
}
