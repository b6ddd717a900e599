import { later } from '../screens/later.tsx'

/** Guidance within another screen. Where its file cannot be had there is nothing, and the screen stays what it is. */
export const AloneSteps = later(
  async () => (await import('../pages/guidance.tsx')).AloneSteps,
  () => null,
)
