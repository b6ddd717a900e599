/*
 * Sound that is made here, with no file from elsewhere: first a chime that swells, then a tone that cannot be slept
 * through. A browser lets a page sound only after a touch, so `allowSound` is called from one (Start, or the test).
 */
let context: AudioContext | undefined

export function allowSound(): void {
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
}

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

/** Sounds once. */
export function chime(promptIndex: number): void {
  const tone = tones[Math.min(Math.max(promptIndex, 0), tones.length - 1)]
  if (context?.state !== 'running' || tone === undefined) return
  const begin = context.currentTime + 0.02
  const each = tone.seconds / tone.hertz.length
  for (const [index, hertz] of tone.hertz.entries()) {
    const [oscillator, gain] = [context.createOscillator(), context.createGain()]
    const from = begin + index * each
    oscillator.type = tone.shape
    oscillator.frequency.value = hertz
    // Swells and fades: a hard edge would be heard as a click.
    gain.gain.setValueAtTime(0.0001, from)
    gain.gain.exponentialRampToValueAtTime(tone.gain, from + each * 0.6)
    gain.gain.exponentialRampToValueAtTime(0.0001, from + each * 1.4)
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(from)
    oscillator.stop(from + each * 1.5)
  }
}
