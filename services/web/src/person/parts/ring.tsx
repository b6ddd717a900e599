const radius = 92
const around = 2 * Math.PI * radius

/**
 * The person's whole session: the arc is the time that is left. What breathes is a layer of its own: it moves for hours on
 * a phone's battery, and nothing is drawn anew for it.
 */
export function Ring({ share, state }: { share: number; state: 'held' | 'waiting' | 'out' }) {
  return (
    <span class={`ring ${state}`}>
      <span class="breath" />
      <svg viewBox="0 0 200 200" aria-hidden="true">
        <circle class="track" cx="100" cy="100" r={radius} />
        <circle
          class="arc"
          cx="100"
          cy="100"
          r={radius}
          stroke-dasharray={`${(share * around).toFixed(2)} ${around.toFixed(2)}`}
          transform="rotate(-90 100 100)"
        />
      </svg>
    </span>
  )
}
