import type { AlertOrder } from '@stillhere/contracts'
import { Trash2 } from 'lucide'

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { open, openFirst, planDrafts, plans, planViews, service } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { House } from '../parts/house.tsx'
import { isUnusable, lookAtNumber, type NumberLook } from '../plans/check-number.ts'
import { questions as allQuestions, type KeptPlan, longest, newPlan, type Question } from '../plans/plan.ts'
import { deletePlan, savePlan } from '../plans/save-plan.ts'
import { sayCheckCode, sayNumber } from '../plans/say-number.ts'
import { useDraft } from '../plans/use-draft.ts'
import { whyNotSaved } from '../plans/why-not-saved.ts'
import { say } from '../words.ts'

const orders: readonly AlertOrder[] = ['both', 'rescuers-first', 'supporters-first']
const longAnswers: readonly Question[] = ['address', 'entry', 'notes']
const needed: readonly Question[] = ['label', 'address']

/** Said to whoever comes as well: that there is no dog is worth as much as that there is one. */
const noneToSay = ['pets', 'naloxone'] as const satisfies Question[]

const ownQuestions = ['callOut', 'ownNumber', 'alertOrder'] as const satisfies Question[]

/** One question a screen on a phone; a wide screen shows them all. */
export function PlanScreen({ planId }: { planId: string }) {
  const [plan, setPlan] = useState<KeptPlan>(
    () =>
      planDrafts.take(planId)?.plan ?? plans.value.find(({ id }) => id === planId) ?? newPlan(say('plan.defaultLabel')),
  )
  const [step, setStep] = useState(() => planDrafts.take(planId)?.step ?? 0)
  useDraft(planId, plan, step)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState('')
  const sure = useRef<HTMLDialogElement>(null)
  // What a site says is the site's to change.
  const questions: readonly Question[] = plan.site ? ownQuestions : allQuestions
  const question = questions[step] ?? 'label'
  const isLast = step === questions.length - 1
  const agreed = planViews.value[plan.id]?.rescuers.filter(({ consent }) => consent === 'agreed').length ?? 0

  const ownLook = lookAtNumber(plan.ownNumber ?? '', [service.value?.smsNumber ?? ''].filter(Boolean))
  const answer = (which: Question) =>
    (which === 'ownNumber' ? plan.ownNumber : which === 'alertOrder' ? '' : plan.text[which]) ?? ''
  function change(which: Question, value: string) {
    setTrouble('')
    if (which === 'ownNumber') setPlan({ ...plan, ownNumber: value })
    else if (which !== 'alertOrder') setPlan({ ...plan, text: { ...plan.text, [which]: value } })
  }
  const go = (to: number) => setStep(to)
  const shownStep = useRef(step)
  // The field of a new question, once it is on the screen.
  useLayoutEffect(() => {
    if (shownStep.current === step) return
    shownStep.current = step
    window.scrollTo(0, 0)
    document.getElementById(question)?.focus({ preventScroll: false })
  }, [step])
  function next() {
    if (needed.includes(question) && answer(question).trim() === '') return setTrouble(say('plan.needed'))
    setTrouble('')
    if (isLast) return void save()
    go(step + 1)
  }
  function onEnter(event: KeyboardEvent, index: number) {
    // A word that is still being composed takes its Enter for itself.
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    // On a wide screen any of the questions may have the focus.
    if (index === step) next()
    else go(index + 1)
  }
  function none(which: (typeof noneToSay)[number]) {
    change(which, say(`none.${which}`))
    go(step + 1)
  }
  async function save() {
    const empty = needed.find((which) => answer(which).trim() === '')
    if (empty) {
      go(questions.indexOf(empty))
      return setTrouble(say('plan.needed'))
    }
    if (isUnusable(ownLook)) {
      go(questions.indexOf('ownNumber'))
      return setTrouble(sayNumber(ownLook) || say('number.not_a_number'))
    }
    setBusy(true)
    try {
      await savePlan(plan)
      open({ name: 'people', planId: plan.id })
    } catch (error) {
      setTrouble(whyNotSaved(error))
    }
    setBusy(false)
  }

  return (
    <Frame
      kind="plan"
      title={say('plan.title')}
      actions={
        <>
          <div class="steps-only">
            <p class="small" aria-live="polite">
              {say('plan.step', { n: step + 1, all: questions.length })}
            </p>
            <div class="choices even">
              <button type="button" class="link" onClick={() => (step === 0 ? openFirst() : go(step - 1))}>
                {say('app.back')}
              </button>
              {!needed.includes(question) && !isLast && (
                <button type="button" onClick={() => go(step + 1)}>
                  {say('plan.skip')}
                </button>
              )}
              <button type="button" class="primary" disabled={busy} onClick={next}>
                {say(busy ? 'app.wait' : isLast ? 'plan.done' : 'plan.next')}
              </button>
            </div>
          </div>
          <button type="button" class="primary all-only" disabled={busy} onClick={() => void save()}>
            {say(busy ? 'app.wait' : 'plan.done')}
          </button>
          <button type="button" class="link all-only" onClick={openFirst}>
            {say('app.back')}
          </button>
        </>
      }
    >
      <House plan={plan} agreed={agreed} />
      {trouble && <Trouble>{trouble}</Trouble>}
      <div class="questions">
        {questions.map((which, index) => (
          <div key={which} class={`question ${index === step ? 'current' : ''}`}>
            {which === 'alertOrder' ? (
              <Order plan={plan} change={setPlan} />
            ) : (
              <>
                <label for={which}>{say(`q.${which}`)}</label>
                <p class="why" id={`${which}-why`}>
                  {say(`why.${which}`)}
                </p>
                {longAnswers.includes(which) ? (
                  <textarea
                    id={which}
                    rows={3}
                    maxLength={longest[which]}
                    autocomplete="off"
                    aria-describedby={`${which}-why`}
                    placeholder={say(`eg.${which}`)}
                    value={answer(which)}
                    onInput={({ currentTarget }) => change(which, currentTarget.value)}
                  />
                ) : (
                  <input
                    id={which}
                    type="text"
                    inputMode={which === 'ownNumber' ? 'tel' : 'text'}
                    maxLength={longest[which]}
                    autocomplete="off"
                    aria-describedby={`${which}-why`}
                    placeholder={say(`eg.${which}`)}
                    enterkeyhint="next"
                    value={answer(which)}
                    onInput={({ currentTarget }) => change(which, currentTarget.value)}
                    onKeyDown={(event) => onEnter(event, index)}
                  />
                )}
                {noneToSay.map(
                  (one) =>
                    one === which && (
                      <button key={one} type="button" class="none" onClick={() => none(one)}>
                        {say(`none.${one}`)}
                      </button>
                    ),
                )}
                {which === 'ownNumber' && <OwnNumber plan={plan} look={ownLook} />}
              </>
            )}
          </div>
        ))}
      </div>
      {plans.value.some(({ id }) => id === plan.id) && (
        <button type="button" class="link" onClick={() => sure.current?.showModal()}>
          <Icon of={Trash2} size={20} /> {say('plan.delete')}
        </button>
      )}
      <dialog ref={sure} aria-labelledby="delete-title">
        <h2 id="delete-title">{say('plan.deleteSure')}</h2>
        <div class="choices">
          <button
            type="button"
            onClick={() =>
              void deletePlan(plan.id)
                .then(openFirst)
                .catch(() => {
                  sure.current?.close()
                  setTrouble(say('app.noAnswer'))
                })
            }
          >
            {say('plan.delete')}
          </button>
          <button type="button" onClick={() => sure.current?.close()}>
            {say('app.cancel')}
          </button>
        </div>
      </dialog>
    </Frame>
  )
}

/** What we see at once, and what the worker has said of the number that was saved. */
function OwnNumber({ plan, look }: { plan: KeptPlan; look: NumberLook }) {
  const view = planViews.value[plan.id]
  const saved = plans.value.find(({ id }) => id === plan.id)
  const isWorkersWord = view?.ownNumberCheck === 'refused' && saved?.ownNumber === plan.ownNumber
  const said = sayNumber(look) || (isWorkersWord ? sayCheckCode(view.ownNumberCheckCode) || say('check.refused') : '')
  return (
    <>
      {said && <Trouble>{said}</Trouble>}
      <p class="why">{say('own.later')}</p>
    </>
  )
}

function Order({ plan, change }: { plan: KeptPlan; change: (plan: KeptPlan) => void }) {
  return (
    <>
      <fieldset>
        <legend id="alertOrder" tabIndex={-1}>
          {say('q.alertOrder')}
        </legend>
        <p class="why">{say('why.alertOrder')}</p>
        {orders.map((order) => (
          <label key={order} class="choice">
            <input
              type="radio"
              name="order"
              checked={plan.alertOrder === order}
              onChange={() => change({ ...plan, alertOrder: order })}
            />
            <span>{say(`order.${order}`)}</span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend class="heard-only">{say('order.textAddress')}</legend>
        {[true, false].map((textAddress) => (
          <label key={String(textAddress)} class="choice">
            <input
              type="radio"
              name="text-address"
              checked={plan.text.textAddress === textAddress}
              onChange={() => change({ ...plan, text: { ...plan.text, textAddress } })}
            />
            <span>{say(textAddress ? 'order.textAddress' : 'order.linkOnly')}</span>
          </label>
        ))}
        <p class="why">{say('order.textWhy')}</p>
      </fieldset>
    </>
  )
}
