/**
 * Coalesces what arrives within a few milliseconds into one call. While `atOnce` calls are out, arrivals gather into
 * the next one, so under a storm batches grow by themselves and the load on the database does not.
 */
export interface Batcher<In, Out> {
  /** Resolves with the item's answer, `undefined` where the handler gave none; rejects when its batch failed. */
  add(item: In): Promise<Out | undefined>
  /** Something waits or is being handled. */
  busy(): boolean
}

export function createBatcher<In, Out>(settings: {
  readonly key: (item: In) => string
  readonly handle: (batch: readonly In[]) => Promise<ReadonlyMap<string, Out>>
  /** Told once a batch. */
  readonly onError: (error: unknown) => void
  readonly gatherMs?: number
  readonly largest?: number
  readonly atOnce?: number
  /** A handler that takes longer has failed; the slot is free again. Above the database's statement timeout. */
  readonly boundMs?: number
}): Batcher<In, Out> {
  const { key, handle, onError, gatherMs = 3, largest = 500, atOnce = 2, boundMs = 6000 } = settings
  type Waiting = { item: In; answer: (value: Out | undefined) => void; fail: (error: unknown) => void }
  const gathered: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  let out = 0

  const run = async (batch: Waiting[]) => {
    let bound: NodeJS.Timeout | undefined
    try {
      const late = new Promise<never>((_, reject) => {
        bound = setTimeout(() => reject(new BatchTimeoutError()), boundMs)
      })
      const answers = await Promise.race([handle(batch.map(({ item }) => item)), late])
      for (const { item, answer } of batch) answer(answers.get(key(item)))
    } catch (error) {
      onError(error)
      for (const { fail } of batch) fail(error)
    } finally {
      clearTimeout(bound)
    }
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    while (gathered.length > 0 && out < atOnce) {
      const batch = gathered.splice(0, largest)
      out += 1
      run(batch).finally(() => {
        out -= 1
        flush()
      })
    }
  }
  return {
    add: (item) =>
      new Promise((answer, fail) => {
        gathered.push({ item, answer, fail })
        if (gathered.length >= largest) flush()
        else timer ??= setTimeout(flush, gatherMs)
      }),
    busy: () => out > 0 || gathered.length > 0,
  }
}

class BatchTimeoutError extends Error {}
