import { effect } from '@preact/signals'
import { render } from 'preact'
import { listenForLeaving } from '../shared/page/leave-page.ts'
import { registerOffline } from '../shared/server/offline.ts'
import { begin, screen, sight } from './app.ts'
import { retryUnsaved } from './plans/retry-unsaved.ts'
import { followPush } from './prompting/follow-push.ts'
import { Screens } from './screens/screens.tsx'

const place = document.querySelector('#app')
if (place === null) throw new Error('the page has no place for the app')
listenForLeaving()
render(<Screens />, place)
// What the page says while the app has not come is of no language and of no moment after it.
effect(() => {
  if (screen.value.name !== 'loading' || sight.value) document.querySelector('.not-yet')?.remove()
})
void begin().then(retryUnsaved)
followPush()
void registerOffline()
