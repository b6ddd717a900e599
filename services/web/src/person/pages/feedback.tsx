import { Frown, MessageSquareWarning, Send, Smile, ThumbsDown } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { language } from '../../shared/words/speak.ts'
import { askAs, type Device, device } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { Aloud, Back } from './points.tsx'

const kinds = [
  ['good', Smile, 'feedback'],
  ['hard', Frown, 'feedback'],
  ['broken', ThumbsDown, 'feedback'],
  ['complaint', MessageSquareWarning, 'complaint'],
] as const

/** A tap is enough to say something; words are a choice. Who has no device says it with one that is forgotten at once. */
export function FeedbackPage() {
  const [chosen, setChosen] = useState<(typeof kinds)[number]>()
  const [text, setText] = useState('')
  const [state, setState] = useState<'open' | 'busy' | 'sent'>('open')
  const [trouble, setTrouble] = useState('')
  // The same for every try of one message: it arrives once.
  const [commandId] = useState(() => crypto.randomUUID())

  async function send(event: Event) {
    event.preventDefault()
    if (chosen === undefined) return setTrouble(say('feedback.choose'))
    const [what, , kind] = chosen
    setState('busy')
    setTrouble('')
    try {
      const said = [say(`feedback.${what}`), text.trim()].filter(Boolean).join('\n')
      await withDevice((token) =>
        askAs(token)('POST', '/v1/feedback', { commandId, kind, text: said, language: language.value }),
      )
      setState('sent')
    } catch (error) {
      const isTooMany = error instanceof RefusedError && error.code === 'too_many'
      setTrouble(say(isTooMany ? 'feedback.tooMany' : 'feedback.notSent'))
      setState('open')
    }
  }

  if (state === 'sent')
    return (
      <Frame title={say('feedback.sent')} actions={<Back />}>
        <p class="lead" role="status">
          {say('feedback.sentWhat')}
        </p>
      </Frame>
    )
  return (
    <Frame
      title={say('door.feedback')}
      actions={
        <>
          {trouble && <Trouble>{trouble}</Trouble>}
          <button type="submit" form="feedback" class="primary" disabled={state === 'busy'}>
            <Icon of={Send} /> {say(state === 'busy' ? 'app.wait' : 'feedback.send')}
          </button>
          <Back />
        </>
      }
    >
      <p>{say('feedback.what')}</p>
      <Aloud text={[say('door.feedback'), say('feedback.what')]} />
      <form id="feedback" onSubmit={send}>
        <fieldset>
          <legend>{say('feedback.kind')}</legend>
          {kinds.map((kind) => (
            <label key={kind[0]} class="choice">
              <input type="radio" name="kind" checked={chosen === kind} onChange={() => setChosen(kind)} />
              <Icon of={kind[1]} size={28} />
              <span>{say(`feedback.${kind[0]}`)}</span>
            </label>
          ))}
        </fieldset>
        <div>
          <label for="feedback-text">{say('feedback.words')}</label>
          <p class="why" id="feedback-why">
            {say('feedback.wordsWhy')}
          </p>
          <textarea
            id="feedback-text"
            rows={4}
            maxLength={1_800}
            autocomplete="off"
            aria-describedby="feedback-why"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </div>
      </form>
    </Frame>
  )
}

async function withDevice(use: (token: string) => Promise<unknown>): Promise<void> {
  if (device.value) return void (await use(device.value.token))
  const nobody = askAs(undefined)
  const { body } = await nobody<Device>('POST', '/v1/devices', {})
  try {
    await use(body.token)
  } finally {
    // Nothing hangs on it; one that is not forgotten now is removed when it has been without a plan for long enough.
    await nobody('POST', '/v1/forget', { code: body.forgetCode }).catch(() => undefined)
  }
}
