import type { PlanView, RescuerView } from '@stillhere/contracts'
import { cleanInvitationWord } from '@stillhere/domain'
import { ArrowDown, ArrowUp, CircleCheck, Clock, Send, Trash2, UserPlus, UserX } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { type Language, language, languages } from '../../shared/words/speak.ts'
import { askPlans, open, plans, planViews, service } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { OwnPhone } from '../parts/own-phone.tsx'
import { isUnusable, lookAtNumber } from '../plans/check-number.ts'
import { addRescuer, orderRescuers, rehearse, removeRescuer } from '../plans/save-plan.ts'
import { sayCheckCode, sayNumber } from '../plans/say-number.ts'
import { whyNotAsked } from '../plans/why-not-saved.ts'
import { say } from '../words.ts'

const nobody = () => ({ name: '', number: '', word: '', language: language.value })
const askEveryMs = 2_500
const most = 5
const inOrder = (view: PlanView | undefined) => [...(view?.rescuers ?? [])].sort((a, b) => a.position - b.position)
const moveButton = (rescuerId: string, by: -1 | 1) => `${by < 0 ? 'sooner' : 'later'}-${rescuerId}`

/** Rescuers of one plan, with what each has said about being one. */
export function PeopleScreen({ planId }: { planId: string }) {
  const plan = plans.value.find(({ id }) => id === planId)
  const view = planViews.value[planId]
  const [adding, setAdding] = useState(false)
  const [notice, setNotice] = useState('')
  const [trouble, setTrouble] = useState('')
  const [busy, setBusy] = useState(false)
  const [removing, setRemoving] = useState<RescuerView>()
  const sure = useRef<HTMLDialogElement>(null)
  const asked = useRef(Promise.resolve())
  const [draft, setDraft] = useState(nobody)
  /** Under which id the draft as it stands was sent; without an answer it goes again under the same. */
  const lastAsked = useRef({ of: '', rescuerId: '' })
  useEffect(() => {
    void askPlans()
    const asking = setInterval(() => document.visibilityState === 'visible' && void askPlans(), askEveryMs)
    return () => clearInterval(asking)
  }, [])
  if (plan === undefined) return null
  const ours = [plan.ownNumber ?? '', service.value?.smsNumber ?? ''].filter(Boolean)
  const numberLook = lookAtNumber(draft.number, ours)
  const isWordUnusable = draft.word.trim() !== '' && cleanInvitationWord(draft.word) === null
  const rescuers = inOrder(view)
  const nameOf = ({ id, position }: RescuerView) =>
    plan.text.rescuers.find((known) => known.id === id)?.name ?? say('people.unnamed', { n: position })

  const planNow = () => plans.peek().find(({ id }) => id === planId) as NonNullable<typeof plan>
  /** One after the other: what is asked while something is on its way waits for it, and begins with what that has left. */
  function doing(what: () => Promise<string | undefined>): Promise<void> {
    const done = asked.current.then(async () => {
      setBusy(true)
      setTrouble('')
      setNotice('')
      try {
        setNotice((await what()) ?? '')
      } catch (error) {
        setTrouble(whyNotAsked(error))
      }
      setBusy(false)
    })
    asked.current = done
    return done
  }
  /** The touched button stays under the finger and keeps the focus, wherever its card has gone. */
  async function move(rescuer: RescuerView, by: -1 | 1) {
    await doing(async () => {
      const ids = inOrder(planViews.peek()[planId]).map(({ id }) => id)
      const from = ids.indexOf(rescuer.id)
      const to = from + by
      if (from < 0 || ids[to] === undefined) return undefined
      ids.splice(from, 1)
      ids.splice(to, 0, rescuer.id)
      await orderRescuers(planId, ids)
      return say('people.moved', { name: nameOf(rescuer), n: to + 1 })
    })
    // Somebody was added or removed elsewhere: what stands there now is shown.
    void askPlans()
    document.getElementById(moveButton(rescuer.id, by))?.focus()
  }
  function send(event: Event) {
    event.preventDefault()
    if (isUnusable(numberLook)) return setTrouble(sayNumber(numberLook) || say('number.not_a_number'))
    // Said beside the field.
    if (isWordUnusable) return document.getElementById('word')?.focus()
    void doing(async () => {
      const { name: _, ...asking } = draft
      const of = JSON.stringify(asking)
      if (lastAsked.current.of !== of) lastAsked.current = { of, rescuerId: crypto.randomUUID() }
      await addRescuer(planNow(), lastAsked.current.rescuerId, draft)
      lastAsked.current = { of: '', rescuerId: '' }
      setDraft(nobody())
      setAdding(false)
      return undefined
    })
  }
  const field = (
    which: 'name' | 'number' | 'word',
    type: 'text' | 'tel',
    required: boolean,
    maxLength: number,
    why?: string,
  ) => (
    <div class="question current">
      <label for={which}>{say(`people.${which}`)}</label>
      {why && (
        <p class="why" id={`${which}-why`}>
          {why}
        </p>
      )}
      <input
        id={which}
        type="text"
        inputMode={type}
        required={required}
        maxLength={maxLength}
        autocomplete="off"
        aria-describedby={why && `${which}-why`}
        value={draft[which]}
        onInput={({ currentTarget }) => setDraft({ ...draft, [which]: currentTarget.value })}
      />
      {which === 'number' && sayNumber(numberLook) && <Trouble>{sayNumber(numberLook)}</Trouble>}
      {which === 'word' && isWordUnusable && <Trouble>{say('people.wordNot')}</Trouble>}
    </div>
  )

  return (
    <Frame
      title={say('people.title')}
      actions={
        adding ? (
          <>
            <button type="submit" form="rescuer" class="primary" disabled={busy}>
              <Icon of={Send} /> {say(busy ? 'app.wait' : 'people.send')}
            </button>
            <button type="button" onClick={() => setAdding(false)}>
              {say('app.cancel')}
            </button>
          </>
        ) : (
          <button type="button" class="primary" onClick={() => open({ name: 'ready', planId })}>
            {say('people.done')}
          </button>
        )
      }
    >
      <p class="lead">{say('people.for', { place: plan.text.label })}</p>
      <p>{say('people.why')}</p>
      {trouble && <Trouble>{trouble}</Trouble>}
      <p role="status">{notice}</p>
      {rescuers.length === 0 && !adding && <p>{say('people.none')}</p>}
      {rescuers.length > 1 && <p>{say('people.order')}</p>}
      <ol class="plain">
        {rescuers.map((rescuer, index) => (
          <li key={rescuer.id} class={`card rescuer ${rescuer.consent}`}>
            <h3>
              <span class="place-in-order">{index + 1}</span> {nameOf(rescuer)}
            </h3>
            <p role="status">
              <Icon
                of={rescuer.consent === 'agreed' ? CircleCheck : rescuer.consent === 'waiting' ? Clock : UserX}
                size={20}
              />{' '}
              {rescuer.check === 'refused' ? say('check.refused') : say(`consent.${rescuer.consent}`)}
            </p>
            {rescuer.check === 'refused' && <p class="why">{sayCheckCode(rescuer.checkCode)}</p>}
            <div class="choices">
              {rescuers.length > 1 &&
                ([-1, 1] as const).map((by) => (
                  <button
                    key={by}
                    type="button"
                    id={moveButton(rescuer.id, by)}
                    aria-disabled={rescuers[index + by] === undefined}
                    onClick={() => void move(rescuer, by)}
                  >
                    <Icon of={by < 0 ? ArrowUp : ArrowDown} size={20} />{' '}
                    {say(by < 0 ? 'people.sooner' : 'people.later')}
                    <span class="heard-only"> {nameOf(rescuer)}</span>
                  </button>
                ))}
              {rescuer.consent === 'agreed' && (
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => void doing(() => rehearse(planId, rescuer.id).then(() => say('people.rehearsed')))}
                >
                  {say('people.rehearse')}
                </button>
              )}
              <button
                type="button"
                class="link"
                onClick={() => {
                  setRemoving(rescuer)
                  sure.current?.showModal()
                }}
              >
                <Icon of={Trash2} size={20} /> {say('people.remove')}
                <span class="heard-only"> {nameOf(rescuer)}</span>
              </button>
            </div>
          </li>
        ))}
      </ol>
      {!adding && <OwnPhone planId={planId} />}
      {adding ? (
        <form id="rescuer" onSubmit={send}>
          {field('name', 'text', false, 60)}
          {field('number', 'tel', true, 40)}
          {field('word', 'text', false, 24, say('people.wordWhy'))}
          <fieldset>
            <legend>{say('people.language')}</legend>
            {Object.entries(languages).map(([tag, name]) => (
              <label key={tag} class="choice">
                <input
                  type="radio"
                  name="language"
                  checked={draft.language === tag}
                  onChange={() => setDraft({ ...draft, language: tag as Language })}
                />
                <span lang={tag}>{name}</span>
              </label>
            ))}
          </fieldset>
        </form>
      ) : rescuers.length < most ? (
        <button type="button" onClick={() => setAdding(true)}>
          <Icon of={UserPlus} size={20} /> {say('people.add')}
        </button>
      ) : (
        <p>{say('people.full')}</p>
      )}
      <dialog ref={sure} aria-labelledby="remove-title">
        <h2 id="remove-title">{removing && say('people.removeSure', { name: nameOf(removing) })}</h2>
        <div class="choices">
          <button
            type="button"
            onClick={() => {
              sure.current?.close()
              if (removing) void doing(() => removeRescuer(planNow(), removing.id).then(() => undefined))
            }}
          >
            {say('people.remove')}
          </button>
          <button type="button" onClick={() => sure.current?.close()}>
            {say('app.cancel')}
          </button>
        </div>
      </dialog>
    </Frame>
  )
}
