/** The first element inside `root` that matches. Throws when there is none: the page and its code disagree. */
export function find(root: ParentNode, selector: string): HTMLElement {
  const element = root.querySelector<HTMLElement>(selector)
  if (!element) throw new Error(`Nothing matches ${selector}`)
  return element
}

/** A copy of what the template with this id holds. */
export function cloneTemplate(id: string): DocumentFragment {
  const template = document.getElementById(id)
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`No template ${id}`)
  return document.importNode(template.content, true)
}
