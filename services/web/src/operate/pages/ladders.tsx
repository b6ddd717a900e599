import type { LadderAnswer, LaddersAnswer, PromptsAnswer, SitesAnswer, VersionsAnswer } from '@stillhere/contracts'
import { bounds, checkLadder, defaultLadder, type LadderStep } from '@stillhere/domain'
import { Plus, UserX } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { may, send, tell } from '../app.ts'
import { sayAt } from '../axis/time-axis.tsx'
import { DryRunPart, dryRunLane, emptySteps, useDryRun } from '../ladders/dry-run.tsx'
import { type EditedStep, edited, inOrder, type LadderForm, plain } from '../ladders/edit-ladder.ts'
import { LadderAxis, sayStep } from '../ladders/ladder-axis.tsx'
import { StepsList } from '../ladders/steps-list.tsx'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { Back } from '../parts/back.tsx'
import { useDraft } from '../parts/draft.ts'
import { Field } from '../parts/field.tsx'
import type { Questions } from '../parts/merge.ts'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { Table } from '../parts/table.tsx'
import { dateAndTime } from '../parts/when.ts'
import { go, hrefOf, place } from '../place.ts'
import { say } from '../words.ts'

type Ladder = LaddersAnswer['ladders'][number]
const path = '/v1/operate/ladders'

export default function LaddersPage() {
  const ladders = useAsked<LaddersAnswer>(path)
  const { id } = place.value
  if (id === 'new') return <OneLadder key="new" ladders={ladders} />
  if (id !== undefined)
    return (
      <Answered of={ladders}>
        {(body) => {
          const ladder = body.ladders.find((one) => one.id === id)
          return ladder ? <OneLadder key={id} ladder={ladder} ladders={ladders} /> : <Back to="ladders" />
        }}
      </Answered>
    )
  return (
    <>
      <div class="page-head">
        <Heading of="ladders">{say('page.ladders')}</Heading>
        {may('run-service') && (
          <a class="button" href={hrefOf('ladders', 'new')}>
            <Icon of={Plus} size={20} /> {say('ladders.new')}
          </a>
        )}
      </div>
      <p>{say('ladders.what')}</p>
      <Answered of={ladders}>
        {(body) => (
          <Table
            caption={say('page.ladders')}
            rows={body.ladders}
            keyOf={({ id: one }) => one}
            columns={[
              {
                key: 'name',
                label: say('ladder.name'),
                cell: ({ id: one, name, isDefault }) => (
                  <>
                    <a href={hrefOf('ladders', one)}>{name}</a>{' '}
                    {isDefault && <span class="mark">{say('ladder.isDefault')}</span>}
                  </>
                ),
                by: ({ name }) => name,
              },
              {
                key: 'steps',
                label: say('ladder.steps'),
                cell: ({ steps }) => steps.length,
                by: ({ steps }) => steps.length,
                isNumber: true,
              },
              {
                key: 'last',
                label: say('ladder.last'),
                cell: ({ steps }) => sayAt(steps.at(-1)?.afterSeconds ?? 0),
                by: ({ steps }) => steps.at(-1)?.afterSeconds ?? 0,
                isNumber: true,
              },
              {
                key: 'version',
                label: say('ladder.version'),
                cell: ({ version }) => version,
                by: ({ version }) => version,
                isNumber: true,
              },
            ]}
          />
        )}
      </Answered>
    </>
  )
}

const boundsSaid = {
  first: bounds.ladder.firstTextSeconds,
  everyone: bounds.ladder.everyoneSeconds,
  last: bounds.ladder.lastStepSeconds,
  most: bounds.ladder.mostSteps,
}

const formOf = (ladder: Ladder | undefined): LadderForm => ({
  version: ladder?.version,
  name: ladder?.name ?? '',
  steps: edited(ladder?.steps ?? defaultLadder),
})

function OneLadder({ ladder, ladders }: { ladder?: Ladder; ladders: Asked<LaddersAnswer> }) {
  const prompts = useAsked<PromptsAnswer>('/v1/operate/prompts')
  const sites = useAsked<SitesAnswer>(may('run-service') ? '/v1/operate/sites' : undefined)
  const isReadOnly = !may('run-service')
  const draft = useDraft<LadderForm>(`ladder ${ladder?.id ?? 'new'}`, formOf(ladder))
  const questions: Questions<LadderForm> = {
    name: { label: say('ladder.name') },
    steps: {
      label: say('ladder.steps'),
      say: (all) => inOrder(all).map((step, index) => `${sayStep(step, index)}, ${sayAt(step.afterSeconds)}`),
      as: plain,
    },
  }
  const saving = useSaving()
  const { name, steps, version } = draft.value
  const checked = checkLadder(plain(steps))
  const wrongStep = checked.kind === 'refused' ? checked.step : undefined
  const wrong =
    checked.kind === 'refused'
      ? say(`ladder.problem.${checked.problem}`, { ...boundsSaid, step: checked.step ?? 0 })
      : undefined
  const run = useDryRun(plain(steps), checked.kind !== 'refused')
  /** The steps that were refused because they would find nobody: another ladder is asked about again. */
  const [refused, setRefused] = useState<{ steps: readonly number[]; of: string }>()
  const asSteps = JSON.stringify(plain(steps))
  const refusedSteps = refused?.of === asSteps ? refused.steps : undefined
  const setSteps = (next: readonly EditedStep[]) => draft.set({ steps: next })
  const lent = (sites.body?.sites ?? []).filter(({ ladderId }) => ladder && ladderId === ladder.id)

  /** Looked at anew before it is saved: the rota may have changed under the hand. */
  async function findsNobody(): Promise<boolean> {
    if (ladder && asSteps === JSON.stringify(plain(edited(ladder.steps)))) return false
    const answer = await run.try(plain(steps))
    const empty = answer ? emptySteps(answer) : []
    setRefused(empty.length > 0 ? { steps: empty, of: asSteps } : undefined)
    return empty.length > 0
  }

  async function save(allTheSame: boolean) {
    let isRefused = false
    const well = await saving.run(async () => {
      isRefused = !allTheSame && (await findsNobody())
      if (isRefused) return
      const body = { name: name.trim(), steps: plain(steps) }
      const answer = ladder
        ? await send<LadderAnswer>('PUT', `${path}/${ladder.id}`, { ...body, ...(version && { version }) })
        : await send<LadderAnswer>('POST', path, body)
      await ladders.again()
      draft.drop()
      go('ladders', answer.ladder.id)
    })
    if (!well || isRefused) return
    setRefused(undefined)
    tell(say('ladder.saved'))
  }

  return (
    <>
      <Back to="ladders" />
      <div class="page-head">
        <Heading of={ladder?.id ?? 'new'}>{ladder ? ladder.name : say('ladders.new')}</Heading>
        {ladder && (
          <p class="small">
            {say('ladder.versionIs', { version: ladder.version })} {ladder.isDefault && say('ladder.isDefaultWhat')}
          </p>
        )}
      </div>
      <p class="banner">{say('ladder.snapshot')}</p>
      <form
        class="ladder-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save(false)
        }}
      >
        <div class="form">
          <Field
            label={say('ladder.name')}
            value={name}
            longest={80}
            isRequired
            isReadOnly={isReadOnly}
            onInput={(value) => draft.set({ name: value })}
          />
        </div>
        <LadderAxis
          steps={steps}
          prompts={prompts.body?.prompts}
          wrongStep={wrongStep}
          more={dryRunLane(run)}
          onMove={
            isReadOnly
              ? undefined
              : (key, afterSeconds, isDone) => {
                  const moved = steps.map((step) => (step.key === key ? { ...step, afterSeconds } : step))
                  setSteps(isDone ? inOrder(moved) : moved)
                }
          }
        />
        {!isReadOnly && <p class="small">{say('axis.how')}</p>}
        <ul class="bounds small">
          <li>{say('ladder.bound.first', boundsSaid)}</li>
          <li>{say('ladder.bound.everyone', boundsSaid)}</li>
          <li>{say('ladder.bound.last', boundsSaid)}</li>
        </ul>
        <StepsList steps={steps} wrongStep={wrongStep} isReadOnly={isReadOnly} onChange={setSteps} />
        <DryRunPart run={run} />
        {lent.length > 0 && (
          <p class="small">{say('ladder.lent', { sites: lent.map(({ label }) => label).join(', ') })}</p>
        )}
        {isReadOnly ? (
          <p class="small">{say('app.readOnly')}</p>
        ) : (
          <>
            {refusedSteps && (
              <div class="banner trouble" role="alert">
                <Icon of={UserX} />
                <p>
                  <strong>{say('dry.refused', { count: refusedSteps.length, steps: refusedSteps.join(', ') })}</strong>{' '}
                  {say('dry.refusedWhat')}
                </p>
                <button type="button" disabled={saving.isBusy || draft.both.length > 0} onClick={() => void save(true)}>
                  {say('dry.allTheSame')}
                </button>
              </div>
            )}
            <SaveBar
              saving={saving}
              isChanged={draft.isChanged}
              wrong={wrong}
              onDrop={draft.drop}
              merging={{
                draft,
                questions,
                newest: async () => {
                  const newest = (await ladders.newest()).ladders.find((one) => one.id === ladder?.id)
                  return newest && formOf(newest)
                },
              }}
            />
          </>
        )}
      </form>
      {ladder && (
        <Versions
          key={ladder.version}
          ladder={ladder}
          onBringBack={isReadOnly ? undefined : (old) => setSteps(edited(old))}
        />
      )}
    </>
  )
}

/** What it was before; the steps of an older version can be brought back, to be looked at and saved. */
function Versions(of: { ladder: Ladder; onBringBack?: ((steps: readonly LadderStep[]) => void) | undefined }) {
  const asked = useAsked<VersionsAnswer>(`${path}/${of.ladder.id}/versions`)
  const current = of.ladder.version
  // What was answered before a save lacks the version it made: the list would grow at its top, under the hand.
  const isNewest = asked.body?.versions.some(({ version }) => version === current)
  const versions = { ...asked, body: isNewest ? asked.body : undefined }
  return (
    <details class="versions">
      <summary>{say('ladder.versions')}</summary>
      <Answered of={versions}>
        {(body) => (
          <ol class="plain">
            {body.versions.map(({ version, at, content }) => {
              const steps = edited((content as { steps?: LadderStep[] }).steps ?? [])
              return (
                <li key={version} class="card">
                  <h3>{say('ladder.versionOf', { version, when: dateAndTime(at) })}</h3>
                  <ul>
                    {steps.map((step, index) => (
                      <li key={step.key}>
                        {sayStep(step, index)}, {sayAt(step.afterSeconds)}
                      </li>
                    ))}
                  </ul>
                  {version !== current && of.onBringBack && steps.length > 0 && (
                    <button type="button" onClick={() => of.onBringBack?.(steps)}>
                      {say('ladder.bringBack', { version })}
                    </button>
                  )}
                </li>
              )
            })}
          </ol>
        )}
      </Answered>
    </details>
  )
}
