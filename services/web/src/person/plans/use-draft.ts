import { useEffect, useRef } from 'preact/hooks'
import { planDrafts, planStore } from '../app.ts'
import type { KeptPlan } from './plan.ts'

/** Keeps what is being written, until this screen is left on purpose. A lock that comes in between is no purpose. */
export function useDraft(on: string, plan: KeptPlan, step: number): void {
  const first = useRef(plan)
  useEffect(() => {
    if (plan !== first.current || planDrafts.take(on)) void planDrafts.keep({ on, plan, step })
  }, [plan, step])
  useEffect(
    () => () => {
      if (!planStore.isLocked()) planDrafts.drop()
    },
    [],
  )
}
