import { leavePage } from '../shared/page/leave-page.ts'
import { forget } from './alert/remembered.ts'

/** Out at once, and nothing stays in this tab: the text opens the page anew. */
export function leave(): void {
  forget('left')
  leavePage()
}
