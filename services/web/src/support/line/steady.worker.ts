/*
 * Ticks for a page that nobody looks at: browsers wake the timers of a hidden page once a minute, those of its worker as
 * ever. The page names a number and an interval, or null to end it; each tick is that number.
 */
const ticking = new Map<number, ReturnType<typeof setInterval>>()

self.addEventListener('message', ({ data }: MessageEvent<{ id: number; everyMs: number | null }>) => {
  clearInterval(ticking.get(data.id))
  ticking.delete(data.id)
  if (data.everyMs !== null)
    ticking.set(
      data.id,
      setInterval(() => self.postMessage(data.id), data.everyMs),
    )
})
