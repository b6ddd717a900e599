import { Save } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { say } from '../words.ts'
import { Trouble } from './trouble.tsx'

export interface Saving {
  isBusy: boolean
  trouble: unknown
  /** Runs one at a time. @returns whether it went well; what went wrong is kept in `trouble` */
  run(work: () => Promise<unknown>): Promise<boolean>
  clear(): void
}

export function useSaving(): Saving {
  const [state, setState] = useState<{ isBusy: boolean; trouble?: unknown }>({ isBusy: false })
  return {
    isBusy: state.isBusy,
    trouble: state.trouble,
    clear: () => setState({ isBusy: false }),
    async run(work) {
      if (state.isBusy) return false
      setState({ isBusy: true })
      try {
        await work()
        setState({ isBusy: false })
        return true
      } catch (trouble) {
        setState({ isBusy: false, trouble })
        return false
      }
    },
  }
}

/** At the foot of every form: what went wrong, save, and give up what was written. */
export function SaveBar(of: {
  saving: Saving
  isChanged: boolean
  /** Why it cannot be saved as it is. */
  wrong?: string | undefined
  label?: string
  onDrop: () => void
  /** Somebody else saved first: what was written is kept, made from the newest version. */
  onNewest?: () => unknown
  children?: ComponentChildren
}) {
  const { saving } = of
  const isStale = saving.trouble instanceof RefusedError && saving.trouble.code === 'stale_version'
  return (
    <div class="save-bar">
      {saving.trouble !== undefined && <Trouble of={saving.trouble} />}
      {isStale && of.onNewest && (
        <button
          type="button"
          onClick={async () => {
            await of.onNewest?.()
            saving.clear()
          }}
        >
          {say('save.newest')}
        </button>
      )}
      {of.wrong && (
        <p class="wrong" role="status">
          {of.wrong}
        </p>
      )}
      <div class="buttons">
        <button type="submit" class="primary" disabled={saving.isBusy || of.wrong !== undefined}>
          <Icon of={Save} size={20} /> {of.label ?? say('save.save')}
        </button>
        {of.children}
        {of.isChanged && (
          <button type="button" onClick={of.onDrop}>
            {say('save.drop')}
          </button>
        )}
      </div>
      {of.isChanged && <p class="small">{say('save.unsaved')}</p>}
    </div>
  )
}
