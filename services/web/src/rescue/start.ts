import { lookFirst } from './alert/first-look.ts'
import { catalogues, firstLanguage } from './catalogues.ts'

/*
 * The first thing that runs, kept small: on a slow network the question to the service, the words and the rest of the
 * page travel at the same time.
 */
const look = lookFirst()
void catalogues[firstLanguage]()
void import('./page.tsx').then(({ show }) => show(look))
