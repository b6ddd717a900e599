import { signal } from '@preact/signals'
import { steadily } from '../line/steadily.ts'

/*
 * Sound that is made here. A browser lets a page sound only after a touch; until then the board says that it is dumb.
 */
let context: AudioContext | undefined

export const soundAllowed = signal(false)

/** Any touch will do. */
export function listenForFirstTouch(): void {
  const allow = () => {
    context ??= new AudioContext()
    context.onstatechange = () => {
      soundAllowed.value = context?.state === 'running'
    }
    void context.resume().then(() => {
      soundAllowed.value = context?.state === 'running'
    })
  }
  for (const event of ['pointerdown', 'keydown']) addEventListener(event, allow)
}

type Tone = readonly { hertz: number; atSeconds: number; seconds: number; gain: number }[]

/** Told apart by ear: an alert rises, a dead line falls, a duty that runs out ticks. */
const tones = {
  alert: [660, 880, 1_175, 660, 880, 1_175].map((hertz, index) => ({
    hertz,
    atSeconds: index * 0.18,
    seconds: 0.17,
    gain: 0.9,
  })),
  line: [520, 390, 293].map((hertz, index) => ({ hertz, atSeconds: index * 0.32, seconds: 0.3, gain: 0.6 })),
  duty: [988, 988].map((hertz, index) => ({ hertz, atSeconds: index * 0.22, seconds: 0.1, gain: 0.5 })),
  taken: [784, 523, 784, 523].map((hertz, index) => ({ hertz, atSeconds: index * 0.24, seconds: 0.22, gain: 0.8 })),
  card: [587, 740].map((hertz, index) => ({ hertz, atSeconds: index * 0.25, seconds: 0.24, gain: 0.35 })),
} as const satisfies Record<string, Tone>
export type ToneName = keyof typeof tones

/** Sounds once, if it may. */
export function sound(name: ToneName): void {
  if (context?.state !== 'running') return
  const begin = context.currentTime + 0.02
  for (const { hertz, atSeconds, seconds, gain } of tones[name]) {
    const [oscillator, volume] = [context.createOscillator(), context.createGain()]
    const from = begin + atSeconds
    oscillator.type = 'triangle'
    oscillator.frequency.value = hertz
    // Swells and fades: a hard edge would be heard as a click.
    volume.gain.setValueAtTime(0.0001, from)
    volume.gain.exponentialRampToValueAtTime(gain, from + seconds * 0.2)
    volume.gain.exponentialRampToValueAtTime(0.0001, from + seconds)
    oscillator.connect(volume).connect(context.destination)
    oscillator.start(from)
    oscillator.stop(from + seconds)
  }
}

/** Sounds now and again and again, until `quiet`. */
export function createRepeating(name: ToneName, everyMs: number): { set(on: boolean): void } {
  let stop: (() => void) | undefined
  return {
    set(on) {
      if (on === (stop !== undefined)) return
      stop?.()
      stop = undefined
      if (!on) return
      sound(name)
      // In a hidden tab too: that is where nobody looks.
      stop = steadily(everyMs, () => sound(name))
    },
  }
}
