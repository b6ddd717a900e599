import { Check, Save } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { say } from '../words.ts'
import type { Draft } from './draft.ts'
import { labelOf, linesOf, type Questions } from './merge.ts'
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

/** What a form goes on from when somebody else saved first. */
export interface Merging<T> {
  draft: Draft<T>
  questions: Questions<T>
  /** What is saved now; undefined: it is no longer there, which the service says when it is saved. */
  newest: () => Promise<T | undefined>
}

/** At the foot of every form: what went wrong, save, and give up what was written. */
export function SaveBar<T extends object>(of: {
  saving: Saving
  isChanged: boolean
  /** Why it cannot be saved as it is. */
  wrong?: string | undefined
  label?: string
  onDrop: () => void
  /** Somebody else saved first: nothing of theirs and nothing of mine is lost. */
  merging?: Merging<T> | undefined
  children?: ComponentChildren
}) {
  const { saving, merging } = of
  const isStale = saving.trouble instanceof RefusedError && saving.trouble.code === 'stale_version'
  const both = merging?.draft.both ?? []
  const wrong = both.length > 0 ? say('save.choose', { count: both.length }) : of.wrong
  return (
    <div class="save-bar">
      {saving.trouble !== undefined && <Trouble of={saving.trouble} />}
      {isStale && merging && (
        <button
          type="button"
          disabled={saving.isBusy}
          onClick={() =>
            void saving.run(async () => {
              const newest = await merging.newest()
              if (newest) merging.draft.takeNewest(newest, merging.questions)
            })
          }
        >
          {say('save.newest')}
        </button>
      )}
      {merging && <Both of={merging} />}
      {wrong && (
        <p class="wrong" role="status">
          {wrong}
        </p>
      )}
      <div class="buttons">
        <button type="submit" class="primary" disabled={saving.isBusy || wrong !== undefined}>
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

/** What somebody else changed meanwhile, and where both did: theirs beside mine, which stays until one is chosen. */
function Both<T extends object>({ of: { draft, questions } }: { of: Merging<T> }) {
  if (draft.taken.length === 0 && draft.both.length === 0) return null
  return (
    <section class="card merged" aria-label={say('save.merged')}>
      {draft.taken.length > 0 && (
        <>
          <p role="status">{say('save.taken')}</p>
          <dl class="facts">
            {draft.taken.map((field) => (
              <Fact key={field} label={labelOf(questions, field)}>
                <Lines of={linesOf(questions, field, draft.base)} />
              </Fact>
            ))}
          </dl>
        </>
      )}
      {draft.both.length > 0 && <p role="alert">{say('save.both')}</p>}
      {draft.both.map((field) => {
        const label = labelOf(questions, field)
        return (
          <fieldset key={field}>
            <legend class="label">{label}</legend>
            <dl class="facts">
              <Fact label={say('save.theirs')}>
                <Lines of={linesOf(questions, field, draft.base)} />
              </Fact>
              <Fact label={say('save.mine')}>
                <Lines of={linesOf(questions, field, draft.value)} />
              </Fact>
            </dl>
            <div class="buttons">
              <button type="button" onClick={() => draft.takeTheirs(field, questions)}>
                <Icon of={Check} size={18} /> {say('save.takeTheirs')} <span class="heard-only">{label}</span>
              </button>
              <button type="button" onClick={() => draft.keepMine(field)}>
                <Icon of={Check} size={18} /> {say('save.keepMine')} <span class="heard-only">{label}</span>
              </button>
            </div>
          </fieldset>
        )
      })}
    </section>
  )
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Lines({ of }: { of: readonly string[] }) {
  return (
    <>
      {of.map((line, index) => (
        <span key={`${index} of ${of.length}`} class="line">
          {line}
        </span>
      ))}
      {of.length === 0 && say('save.nothing')}
    </>
  )
}
