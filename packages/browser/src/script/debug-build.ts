/**
 * Loads `threadline.debug.js`, which says on the console what is wrong, from beside the script of `tag`, with the same
 * attributes.
 *
 * @param onEnd - Called when it runs as the page's client, and when it is not there or may not be added: a page that requires
 * Trusted Types takes no address of a script as text.
 */
export function loadDebugBuild(tag: HTMLScriptElement, onEnd: () => void): void {
  try {
    document.head.append(debugScript(tag, onEnd))
  } catch {
    onEnd()
  }
}

function debugScript(tag: HTMLScriptElement, onEnd: () => void): HTMLScriptElement {
  const script = document.createElement('script')
  for (const { name, value } of Array.from(tag.attributes)) {
    // It is another file, and always a classic script, which knows its own tag.
    if (name !== 'integrity' && name !== 'type') script.setAttribute(name, value)
  }
  script.dataset['debug'] = 'loaded'
  if (tag.nonce) script.nonce = tag.nonce
  script.src = tag.src.replace('threadline.js', 'threadline.debug.js')
  script.onload = onEnd
  script.onerror = onEnd
  return script
}
