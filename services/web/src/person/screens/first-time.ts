/** Fetched as one: whoever can agree can write down a place, also when the network goes between the two. */
export { AgreeScreen } from './agree.tsx'
export { QuickScreen } from './quick.tsx'
