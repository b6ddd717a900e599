import { computed, effect } from '@preact/signals'
import { preferences, runner, service, sight } from '../app.ts'

const againAfterMs = 15_000

/**
 * A session that begins, or is found again, is told where this browser is, if the person has asked for that; whoever has
 * answered has no reminder on the screen any more. What it takes is fetched only then.
 */
export function followPush(): void {
  const phase = computed(() => sight.value?.phase)
  const reminded = computed(() => {
    const isGoing = phase.value === 'counting' || phase.value === 'asking' || phase.value === 'opening'
    const isWanted = preferences.value.push === true && service.value?.webPush !== undefined
    return isGoing && isWanted ? runner.value?.watch.value.session?.id : undefined
  })
  async function offer(sessionId: string): Promise<void> {
    try {
      await (await import('./push.ts')).offerPush(sessionId)
    } catch {
      // No network, or a push service that does not answer: tried again as long as that session goes on.
      setTimeout(() => reminded.value === sessionId && void offer(sessionId), againAfterMs)
    }
  }
  async function clear(): Promise<void> {
    try {
      await (await import('./push.ts')).clearReminder()
    } catch {
      // A reminder that stays is touched away.
    }
  }
  effect(() => {
    if (reminded.value !== undefined) void offer(reminded.value)
  })
  effect(() => {
    if (reminded.value !== undefined && phase.value === 'counting') void clear()
  })
}
