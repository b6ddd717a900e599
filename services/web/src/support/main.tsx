import { render } from 'preact'
import { begin, speakFirst } from './console.ts'
import { Screens } from './screens/screens.tsx'

const place = document.querySelector('#app')
if (place === null) throw new Error('the page has no place for the console')
// Until there are words the page itself says what holds; after that it is of no language and of no moment.
void speakFirst().then(() => {
  document.querySelector('.not-yet')?.remove()
  render(<Screens />, place)
  return begin()
})
