/*
 * Sound that is made here, with no file from elsewhere: first a chime that swells, then a tone that cannot be slept
 * through. A browser lets a page sound only after a touch, so `allowSound` is called from one (Start, or any later touch).
 *
 * What will have to sound is handed to the audio clock as soon as it is known. A hidden page's timers wake once a minute;
 * the audio clock goes on, and the prompts sound on time without a line of our code running.
 */
let context: AudioContext | undefined

/** Must be called from a touch. @returns once this page may sound, whether it may */
export async function allowSound(): Promise<boolean> {
  context ??= new AudioContext()
  if (context.state === 'suspended') await context.resume().catch(() => undefined)
  return context.state === 'running'
}

/** The audio clock costs battery: it rests while there is nothing to sound for. */
export function restSound(): void {
  void context?.suspend().catch(() => undefined)
}

export const maySound = (): boolean => context?.state === 'running'

interface Tone {
  hertz: readonly number[]
  gain: number
  seconds: number
  shape: OscillatorType
}

/** By prompt, each louder and harder than the one before it. */
const tones: readonly Tone[] = [
  { hertz: [523, 659, 784], gain: 0.35, seconds: 1.4, shape: 'sine' },
  { hertz: [659, 880, 1_047], gain: 0.7, seconds: 1.2, shape: 'triangle' },
  { hertz: [880, 1_175, 880, 1_175], gain: 1, seconds: 0.9, shape: 'square' },
  { hertz: [988, 1_319, 988, 1_319, 988], gain: 1, seconds: 0.7, shape: 'square' },
]
const againAfterSeconds = 2
const quiet = 0.0001

/** Sounds the tone of one prompt again and again, from and until so many milliseconds from now. @returns what stops it */
export function soundPrompt(promptIndex: number, fromMs: number, untilMs: number): () => void {
  const tone = tones[Math.min(Math.max(promptIndex, 0), tones.length - 1)]
  if (context === undefined || tone === undefined || untilMs <= fromMs) return () => undefined
  const [oscillator, gain] = [context.createOscillator(), context.createGain()]
  const begin = context.currentTime + Math.max(fromMs, 20) / 1_000
  const end = context.currentTime + untilMs / 1_000
  const each = tone.seconds / tone.hertz.length
  oscillator.type = tone.shape
  gain.gain.setValueAtTime(quiet, context.currentTime)
  for (let once = begin; once < end; once += againAfterSeconds) {
    for (const [index, hertz] of tone.hertz.entries()) {
      const from = once + index * each
      oscillator.frequency.setValueAtTime(hertz, from)
      // Swells and fades: a hard edge would be heard as a click.
      gain.gain.setValueAtTime(quiet, from)
      gain.gain.exponentialRampToValueAtTime(tone.gain, from + each * 0.6)
      gain.gain.exponentialRampToValueAtTime(quiet, from + each * 0.99)
    }
  }
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(begin)
  oscillator.stop(end)
  return () => {
    oscillator.stop()
    oscillator.disconnect()
    gain.disconnect()
  }
}

/** Sounds one prompt's tone once. */
export function chime(promptIndex: number): void {
  if (maySound()) soundPrompt(promptIndex, 20, (againAfterSeconds * 1_000) / 2)
}
