import { type Signal, signal } from '@preact/signals'

export interface Said {
  text: string
  isTrouble: boolean
}

/** What went wrong stays long enough to be found by somebody who looked away. */
const troubleForMs = 30_000

/** The last thing that was done or refused, and saying it. @param doneForMs how long what was done stays */
export function createNotice(doneForMs: number): {
  notice: Signal<Said | undefined>
  tell(text: string, isTrouble?: boolean): void
} {
  const notice = signal<Said | undefined>(undefined)
  let forgetting: ReturnType<typeof setTimeout> | undefined
  return {
    notice,
    tell(text, isTrouble = false) {
      const said = { text, isTrouble }
      notice.value = said
      clearTimeout(forgetting)
      forgetting = setTimeout(
        () => {
          if (notice.value === said) notice.value = undefined
        },
        isTrouble ? troubleForMs : doneForMs,
      )
    },
  }
}
