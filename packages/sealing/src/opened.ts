/**
 * What opening comes to. `unknown_key`: sealed to a key we do not hold (rotated away, or never ours). `bad_form`: not
 * a sealed thing at all, or its reference or its text is malformed. `cannot_open`: well formed and not openable:
 * damaged, or bound to something else (another plan, another version).
 */
export type Opened = { kind: 'opened'; text: string } | { kind: 'refused'; reason: RefusedToOpen }

export type RefusedToOpen = 'unknown_key' | 'bad_form' | 'cannot_open'
