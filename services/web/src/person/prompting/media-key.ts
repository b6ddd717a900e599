/*
 * The key of a headset, and the one on a locked screen, as a touch. A browser gives it to the page that plays: so while we
 * ask, and only then, we play silence. (While we count the person's own music keeps the key, and keeps playing.)
 */

const keys = ['MediaPlayPause', 'MediaPlay', 'MediaPause', 'MediaTrackNext', 'MediaTrackPrevious', 'HeadsetHook']
const actions = ['play', 'pause', 'nexttrack', 'previoustrack'] as const

/** iOS: with this kind of sound the silent switch does not mute us. */
interface AudioSession {
  type: 'auto' | 'playback'
}

/** @returns to be told whether we ask now, and whether sound is wanted */
export function listenForMediaKey(onKey: () => void): (asks: boolean, silent: boolean) => void {
  let silence: HTMLAudioElement | undefined
  let asking = false
  document.addEventListener('keydown', (event) => {
    if (event.repeat || !keys.includes(event.key)) return
    event.preventDefault()
    onKey()
  })
  return (asks, silent) => {
    if (asks === asking) return
    asking = asks
    const { audioSession } = navigator as Navigator & { audioSession?: AudioSession }
    if (audioSession) audioSession.type = asks && !silent ? 'playback' : 'auto'
    if (!('mediaSession' in navigator)) return
    for (const action of actions) navigator.mediaSession.setActionHandler(action, asks ? onKey : null)
    if (!asks) {
      silence?.pause()
      return
    }
    silence ??= Object.assign(new Audio('/silence.wav'), { loop: true })
    // A page that nobody has touched may not play: then there is no key either.
    silence.play().catch(() => undefined)
  }
}
