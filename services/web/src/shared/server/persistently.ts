import { NoAnswerError, RefusedError } from './api.ts'

const tries = 4
const pauseMs = 400

/**
 * A touch that got no answer is sent again under the same command id, which makes a second one harmless. What the service
 * refuses is not tried again, unless it says that it cannot answer now. @throws the last error, after about a minute at most
 */
export async function persistently<T>(send: (commandId: string) => Promise<T>): Promise<T> {
  const commandId = crypto.randomUUID()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(commandId)
    } catch (error) {
      const mayPass = error instanceof NoAnswerError || (error instanceof RefusedError && error.status >= 500)
      if (!mayPass || attempt >= tries) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt))
    }
  }
}
