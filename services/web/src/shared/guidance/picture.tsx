import type { ComponentChildren } from 'preact'
import type { StepName } from './guidance.ts'

/*
 * One line, two colours: the person in the colour of the text, you and what you use in that of actions, arrows dashed.
 * Numbers are the only letters, so that every language shares the drawings; the words stand in the label.
 */

/** Somebody on their back, head to the left. */
const Lying = () => (
  <g class="them">
    <circle cx="42" cy="102" r="13" />
    <path d="M38 89l3-6 5 4" />
    <path d="M56 105h92l68 7" />
    <path d="M72 106l28 9" />
  </g>
)

const Ground = () => <path class="ground" d="M8 124h224" />

/** Kneels beside the chest with straight arms. */
const Pushing = () => (
  <g class="you">
    <circle cx="106" cy="24" r="12" />
    <path d="M107 38c16 8 34 18 44 34l-10 48h34" />
    <path d="M107 40l-9 60" />
    <path d="M90 101h16" />
  </g>
)

const drawings: Record<StepName, () => ComponentChildren> = {
  wake: () => (
    <>
      <Ground />
      <Lying />
      <g class="you">
        <circle cx="128" cy="32" r="12" />
        <path d="M124 45c-4 18 0 32 12 44l-16 31h34" />
        <path d="M123 54l-45 42M125 60l-32 38" />
      </g>
      <g class="move">
        <path d="M60 90c-6-5-6-9-1-14M70 84c-4-5-4-9 1-13" />
        <path d="M98 30c-6 2-11 6-14 11M100 20c-9 2-17 7-22 14" />
      </g>
    </>
  ),
  ring: () => (
    <>
      <Ground />
      <g class="them">
        <circle cx="56" cy="100" r="17" />
        <path d="M52 83l3-7 7 5" />
        <path d="M74 106c20-3 36-3 60 0" />
      </g>
      <g class="you">
        <rect x="150" y="18" width="62" height="102" rx="11" />
        <path d="M174 108h14" />
        <text x="181" y="72">
          999
        </text>
      </g>
      <g class="move">
        <path d="M136 52c-7 8-7 20 0 28M122 44c-12 13-12 31 0 44" />
      </g>
    </>
  ),
  airway: () => (
    <>
      <g class="them">
        <path d="M136 112c-8-14-10-24-8-34 2-9-3-15-10-18l-10 2-8-12-12 1c-26-4-48 12-52 34-3 18 8 34 26 39h64" />
        <path d="M136 112c24-8 56-10 92-6" />
        <path d="M92 51l4-13 13 13" />
        <path d="M112 66l8-2" />
        <path d="M78 62c4 2 8 2 11 0" />
      </g>
      <g class="you">
        <path d="M10 24l34 20c8 5 14 12 18 20M26 10l24 17" />
        <path d="M222 34l-52 22-36 12M226 52l-50 18-36 6" />
      </g>
      <g class="move">
        <path d="M24 78c-8 14-8 28-1 42M15 108l8 13 11-10" />
        <path d="M134 56c2-14 8-24 18-30M140 30l13-5 1 13" />
      </g>
    </>
  ),
  breaths: () => (
    <>
      <Ground />
      <Lying />
      <Pushing />
      <g class="move">
        <path d="M80 46v34M71 70l9 12 9-12" />
        <path d="M28 74c-6-8-5-15 2-21M42 70c-5-9-3-16 4-22" />
      </g>
      <g class="number">
        <text x="70" y="34">
          30
        </text>
        <text x="22" y="42">
          2
        </text>
      </g>
    </>
  ),
  naloxone: () => (
    <>
      <g class="them">
        <path d="M12 78c0-26 18-44 42-44 22 0 34 14 36 34l10 14-10 5v12c0 8-5 11-14 11h-8v18" />
        <path d="M66 64h8M78 98h10" />
      </g>
      <g class="you">
        <g transform="translate(100 92) rotate(-38)">
          <path d="M-4 0h8v17h-8zM-13 17h26M-6 17v17h12v-17" />
        </g>
      </g>
      <path class="ground" d="M138 14v112" />
      <g class="them">
        <path d="M150 102c24-6 50-6 82 2M150 132c26 4 54 4 82 0" />
      </g>
      <g class="you">
        <path d="M192 104V78" />
        <path d="M182 28h20v48h-20z" />
        <path d="M192 28V14M182 14h20" />
        <path d="M182 44h10" />
        <path d="M182 56h6M182 66h6" />
      </g>
    </>
  ),
  again: () => (
    <>
      <Ground />
      <Lying />
      <Pushing />
      <g class="move">
        <path d="M176 40c8-18 36-18 44 0 7 18-8 34-24 31M206 82l-11-11 12-9" />
      </g>
      <g class="number">
        <text x="198" y="54">
          3×
        </text>
      </g>
    </>
  ),
  recovery: () => (
    <>
      <rect class="ground" x="8" y="8" width="224" height="124" rx="16" />
      <g class="them">
        <circle cx="44" cy="56" r="14" />
        <path d="M30 60l-7 5 8 4" />
        <path d="M60 58c30-6 56-4 84 2" />
        <path d="M144 60c26 2 48 0 76-6" />
        <path d="M144 60l18 44 40-4" />
        <path d="M72 57l-2 58" />
        <path d="M80 57l20 28-42-10" />
      </g>
      <g class="move">
        <path d="M62 30c-12-12-32-10-40 4M18 22l3 13 13-4" />
        <path d="M178 84c12 0 20 4 26 0" />
      </g>
    </>
  ),
  stay: () => (
    <>
      <Ground />
      <g class="them">
        <circle cx="36" cy="104" r="13" />
        <path d="M24 110l-5 5 7 2" />
        <path d="M50 104c22-10 42-8 60 2l-14 14M110 106l30 14" />
        <path d="M58 102l-8 18-10 0" />
      </g>
      <g class="you">
        <circle cx="164" cy="40" r="12" />
        <path d="M164 54l6 56-32-22-8 32" />
        <path d="M165 66l-36 14-34 18" />
      </g>
      <g class="move">
        <circle cx="212" cy="34" r="18" />
        <path d="M212 22v12l8 6" />
      </g>
    </>
  ),
  awake: () => (
    <>
      <Ground />
      <g class="them">
        <circle cx="84" cy="44" r="12" />
        <path d="M84 58l-4 54 32-24 8 32" />
        <path d="M84 70l24 18" />
        <path d="M80 46c2 3 6 3 8 0" />
      </g>
      <g class="you">
        <circle cx="164" cy="40" r="12" />
        <path d="M164 54l6 58-30-24-8 32" />
        <path d="M164 66l-40 8-36-6" />
        <path d="M160 42c2 3 6 3 8 0" />
      </g>
    </>
  ),
}

export function Picture({ of, label }: { of: StepName; label: string }) {
  return (
    <svg class="picture" viewBox="0 0 240 140" role="img" aria-label={label}>
      {drawings[of]()}
    </svg>
  )
}
