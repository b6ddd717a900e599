import { render } from 'preact'
import { begin } from './app.ts'
import { Shell } from './shell.tsx'

const place = document.querySelector('#app')
if (place === null) throw new Error('the page has no place for the console')
render(<Shell />, place)
void begin()
