// What differs between a package in the workspace and the same package as it is published.

const SOURCE = '@threadline/source'

/** Without the condition under which tests and apps of the workspace read sources: a published package has none. */
function withoutSources(target) {
  if (typeof target !== 'object' || target === null) return target
  const others = Object.entries(target).filter(([condition]) => condition !== SOURCE)
  return Object.fromEntries(others.map(([condition, value]) => [condition, withoutSources(value)]))
}

export const hooks = {
  beforePacking(manifest) {
    const { exports, imports } = manifest
    return {
      ...manifest,
      ...(exports && { exports: withoutSources(exports) }),
      ...(imports && { imports: withoutSources(imports) }),
    }
  },
}
