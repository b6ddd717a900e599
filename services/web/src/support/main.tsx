import { render } from 'preact'
import { begin } from './console.ts'
import { Screens } from './screens/screens.tsx'

const place = document.querySelector('#app')
if (place === null) throw new Error('the page has no place for the console')
render(<Screens />, place)
void begin()
