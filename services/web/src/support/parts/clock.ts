/** How long it has been, rounded down: `0:59` is shown until a minute is over. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  const rest = String(seconds % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/** A nickname as it stands at the beginning of a line. */
export const named = (nickname: string): string => nickname.charAt(0).toUpperCase() + nickname.slice(1)
