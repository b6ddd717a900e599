/** What was answered last, by path: coming back to a page shows it at once while it is asked anew. */
export const lastAnswers = new Map<string, unknown>()

/** Somebody else may sit here next. */
export const forgetAnswers = (): void => lastAnswers.clear()
