const shownMinutes = 45

/** A rhythm as dots on a line of time: where they are close we ask often. */
export function RhythmDots({ intervalsSeconds }: { intervalsSeconds: readonly number[] }) {
  const dots: number[] = []
  let at = 0
  for (let index = 0; at < shownMinutes * 60 && dots.length < 60; index += 1) {
    at += intervalsSeconds[Math.min(index, intervalsSeconds.length - 1)] ?? 60
    if (at <= shownMinutes * 60) dots.push(at / 60)
  }
  const x = (minutes: number) => 6 + (minutes / shownMinutes) * 288
  return (
    <svg class="dots" viewBox="0 0 300 12" aria-hidden="true">
      <path d="M6 6h288" />
      {dots.map((minutes) => (
        <circle key={minutes} cx={x(minutes)} cy="6" r="4" />
      ))}
    </svg>
  )
}
