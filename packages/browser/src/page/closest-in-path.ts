/** The innermost element on an event's way that matches, inside open shadow roots too: there `target` is only the host. */
export function closestInPath(event: Event, selector: string): Element | undefined {
  return event
    .composedPath()
    .find((target): target is Element => target instanceof Element && Element.prototype.matches.call(target, selector))
}
