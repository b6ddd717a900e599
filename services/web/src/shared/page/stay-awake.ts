/** Asks the phone to keep its screen on while there is a session. A wish: the service never relies on it. */
export function createStayAwake(): (wanted: boolean) => void {
  let wanted = false
  let held: WakeLockSentinel | undefined
  async function take(): Promise<void> {
    if (!wanted || held || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
    try {
      held = await navigator.wakeLock.request('screen')
      held.addEventListener('release', () => {
        held = undefined
      })
      if (!wanted) void held.release()
    } catch {
      // Low battery, or a browser that does not: the service's countdown runs without.
    }
  }
  document.addEventListener('visibilitychange', () => void take())
  return (next) => {
    wanted = next
    if (next) void take()
    else void held?.release()
  }
}
