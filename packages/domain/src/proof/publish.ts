/** What may be said in public. Fewer than this many of a kind are somebody, not a number. */
export const publishFrom = 10

/** The figure if there are enough behind it, else null. */
export const publishIfMany = <T>(count: number, figure: T): T | null => (count >= publishFrom ? figure : null)
