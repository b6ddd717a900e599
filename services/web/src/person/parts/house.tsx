import { type HousePart, hasPart, houseParts, type KeptPlan } from '../plans/plan.ts'
import { say } from '../words.ts'

/** The readiness line: a house that fills in as the plan does. Its words say the same. */
export function House({ plan, agreed }: { plan: KeptPlan; agreed: number }) {
  const has = (part: HousePart) => hasPart(plan, part, agreed)
  const missing = houseParts.filter((part) => !has(part))
  const have = houseParts.length - missing.length
  const part = (name: HousePart) => ({ class: has(name) ? 'part there' : 'part' })
  return (
    <figure class="house">
      <svg viewBox="0 0 240 120" aria-hidden="true">
        <g {...part('address')}>
          <path d="M36 58 96 14l60 44" />
          <path d="M48 50v58h96V50" />
          <path d="M124 22V10h10v20" />
        </g>
        <g {...part('entry')}>
          <path d="M84 108V72h24v36" />
          <circle cx="102" cy="91" r="1.6" />
        </g>
        <g {...part('naloxone')}>
          <rect x="117" y="66" width="18" height="18" rx="3" />
          <path d="M126 70.500v9M121.500 75h9" />
        </g>
        <g {...part('pets')}>
          <path d="M14 108c-4-10 2-18 10-18h12v18M14 108h22M36 92l-2-10 5 4h5l5-4-1 11c-2 4-10 4-12-1" />
        </g>
        <g {...part('people')}>
          <circle cx="180" cy="66" r="8" />
          <path d="M180 74v20M168 84h24M180 94l-9 14M180 94l9 14" />
          <circle cx="212" cy="66" r="8" />
          <path d="M212 74v20M200 84h24M212 94l-9 14M212 94l9 14" />
        </g>
        <path class="ground" d="M4 108h232" />
      </svg>
      <figcaption>
        {have === 0 ? (
          say('house.begin')
        ) : (
          <>
            <strong>{say('house.count', { have, all: houseParts.length })}</strong>{' '}
            {missing.length === 0
              ? say('house.complete')
              : say('house.missing', { what: missing.map((name) => say(`house.${name}`)).join(', ') })}
          </>
        )}
      </figcaption>
    </figure>
  )
}
