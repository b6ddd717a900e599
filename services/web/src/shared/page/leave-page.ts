/** Where a page that was left in a hurry has always been. */
const elsewhere = 'https://www.bbc.co.uk/weather'

/** Leaves without a trace in the way back (GOV.UK's pattern). A running session goes on: the service holds it. */
export function leavePage(): void {
  try {
    // What was being written here goes at once, before the page that comes next.
    localStorage.clear()
    sessionStorage.clear()
  } catch {
    // Refused: then there is nothing in it.
  }
  document.title = ' '
  document.body.replaceChildren()
  location.replace(elsewhere)
}

const presses = 3
const withinMs = 5_000

/** Escape, three times. */
export function listenForLeaving(): void {
  let times: number[] = []
  document.addEventListener('keyup', ({ key, timeStamp }) => {
    if (key !== 'Escape') return
    times = [...times.filter((at) => timeStamp - at < withinMs), timeStamp]
    if (times.length >= presses) leavePage()
  })
}
