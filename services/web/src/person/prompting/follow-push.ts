import { computed, effect } from '@preact/signals'
import { preferences, runner, service, sight } from '../app.ts'

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
  const push = () => import('./push.ts')
  // Without it the sound, the text and the call go their own way.
  const given = () => undefined
  effect(() => {
    const id = reminded.value
    if (id !== undefined)
      void push()
        .then(({ offerPush }) => offerPush(id), given)
        .catch(given)
  })
  effect(() => {
    if (reminded.value !== undefined && phase.value === 'counting')
      void push()
        .then(({ clearReminder }) => clearReminder(), given)
        .catch(given)
  })
}
