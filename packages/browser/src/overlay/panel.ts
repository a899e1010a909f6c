/** What the panel shows: pairs of a name and a value, both text. */
export interface PanelContent {
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly events: readonly (readonly [name: string, verdict: string])[]
}

export interface Panel {
  show(content: PanelContent): void
  /** Takes it out of the page. */
  readonly remove: () => void
}

const STYLE = `
  :host { all: initial; position: fixed; right: 12px; bottom: 12px; z-index: 2147483647 }
  details { font: 12px/1.5 ui-monospace, monospace; color: #1d2430; background: #fff; border: 1px solid #c3ccd9;
    border-radius: 6px; box-shadow: 0 4px 16px #0003; max-width: min(420px, calc(100vw - 24px)) }
  summary { padding: 6px 10px; cursor: pointer; font-weight: 600 }
  dl, ol { margin: 0; padding: 6px 10px; border-top: 1px solid #e3e8ef; list-style: none }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 0 10px }
  ol { max-height: 40vh; overflow: auto }
  dd, li { margin: 0; overflow-wrap: anywhere }
  li { display: flex; justify-content: space-between; gap: 12px }
  dt, li span + span { color: #5b6675 }
`

function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, ...children: (Node | string)[]) {
  const made = document.createElement(tag)
  made.append(...children)
  return made
}

/** Adds the panel to the page. */
export function createPanel(): Panel {
  const host = document.createElement('threadline-overlay')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  root.adoptedStyleSheets = [sheet]
  const facts = element('dl')
  const events = element('ol')
  root.append(element('details', element('summary', 'Threadline'), facts, events))
  // The script may run before there is a body.
  document.documentElement.append(host)

  return {
    remove: () => host.remove(),
    show(content) {
      facts.replaceChildren(...content.facts.flatMap(([name, value]) => [element('dt', name), element('dd', value)]))
      events.replaceChildren(
        ...content.events.map(([name, verdict]) => element('li', element('span', name), element('span', verdict))),
      )
    },
  }
}
