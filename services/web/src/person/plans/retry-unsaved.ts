import { planStore, plans } from '../app.ts'
import { saveUnsaved } from './save-plan.ts'

const everyMs = 15_000

/** As long as the app is open, plans that the service does not have are given to it again, at once when a network comes. */
export function retryUnsaved(): void {
  let isTrying = false
  async function retry(): Promise<void> {
    if (isTrying || planStore.isLocked() || !plans.value.some(({ unsaved }) => unsaved === 'waiting')) return
    isTrying = true
    // Without an answer the plan stays as it is, and every screen that shows it says so.
    await saveUnsaved().catch(() => undefined)
    isTrying = false
  }
  setInterval(() => document.visibilityState === 'visible' && void retry(), everyMs)
  window.addEventListener('online', () => void retry())
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void retry())
}
