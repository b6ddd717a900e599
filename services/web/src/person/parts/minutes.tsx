import type { ServiceView } from '@stillhere/contracts'
import { useState } from 'preact/hooks'
import { say } from '../words.ts'

type Offered = Pick<ServiceView, 'countdown'>

export const leastMinutes = ({ countdown }: Offered): number => Math.ceil(countdown.minSeconds / 60)
export const mostMinutes = ({ countdown }: Offered): number => Math.floor(countdown.maxSeconds / 60)

/** Of one countdown. What is typed stays as it is, within the service's bounds or not: nobody's wish is changed unseen. */
export function Minutes(of: { offered: Offered; minutes: number; change: (minutes: number) => void }) {
  const [typed, setTyped] = useState(String(of.minutes))
  const [least, most] = [leastMinutes(of.offered), mostMinutes(of.offered)]
  const isWithin = of.minutes >= least && of.minutes <= most
  return (
    <label class="inline">
      {say('rhythm.onceMinutes')}
      <input
        type="number"
        inputMode="numeric"
        min={least}
        max={most}
        aria-describedby="minutes-within"
        aria-invalid={!isWithin}
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value)
          of.change(Math.floor(Number(currentTarget.value)))
        }}
      />
      <output id="minutes-within">
        {isWithin ? say('ready.minutes', { minutes: of.minutes }) : say('ready.minutesWithin', { least, most })}
      </output>
    </label>
  )
}
