/** What methods a path has, so that a wrong one is 405 with `Allow` and a preflight can be answered. */
export class KnownPaths {
  readonly #patterns = new Map<string, { pattern: RegExp; methods: Set<string> }>()

  add(url: string, methods: string | string[]): void {
    const known = this.#patterns.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const method of [methods].flat()) known.methods.add(method)
    this.#patterns.set(url, known)
  }

  /** The methods of a path, sorted; empty for an unknown one. */
  methodsOf(path: string): string[] {
    for (const { pattern, methods } of this.#patterns.values()) if (pattern.test(path)) return [...methods].sort()
    return []
  }
}

function patternOf(url: string): RegExp {
  const segments = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')))
  return new RegExp(`^${segments.join('/')}$`)
}
