import type { IconNode } from 'lucide'
import { Volume2, VolumeX } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { language } from '../../shared/words/speak.ts'
import { openFirst, type Page } from '../app.ts'
import { Doors } from '../parts/doors.tsx'
import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'

export interface Point {
  icon: IconNode
  title: string
  text: string
}

/** A page of points: a picture, a few words, a sentence. It can be heard where the phone itself can speak. */
export function PointsPage(of: {
  title: string
  lead: string
  points: readonly Point[]
  doors: readonly Page[]
  children?: ComponentChildren
}) {
  const spoken = [of.title, of.lead, ...of.points.flatMap(({ title, text }) => [title, text])]
  return (
    <Frame title={of.title} actions={<Back />}>
      <p class="lead">{of.lead}</p>
      <Aloud text={spoken} />
      <ul class="plain points">
        {of.points.map(({ icon, title, text }) => (
          <li key={title}>
            <Icon of={icon} size={32} />
            <div>
              <h2>{title}</h2>
              <p>{text}</p>
            </div>
          </li>
        ))}
      </ul>
      {of.children}
      <Doors of={of.doors} />
    </Frame>
  )
}

export function Back() {
  return (
    <button type="button" onClick={openFirst}>
      {say('app.back')}
    </button>
  )
}

/** Only a voice that lives on the phone: another would send what is read to somebody else. */
const ownVoice = () =>
  'speechSynthesis' in window
    ? speechSynthesis.getVoices().find(({ lang, localService }) => localService && lang.startsWith(language.value))
    : undefined

export function Aloud({ text }: { text: readonly string[] }) {
  const [voice, setVoice] = useState(ownVoice)
  const [speaking, setSpeaking] = useState(false)
  useEffect(() => {
    if (!('speechSynthesis' in window)) return
    const look = () => setVoice(ownVoice())
    look()
    // Some browsers learn their voices late.
    speechSynthesis.addEventListener?.('voiceschanged', look)
    return () => {
      speechSynthesis.removeEventListener?.('voiceschanged', look)
      speechSynthesis.cancel()
    }
  }, [language.value])
  if (voice === undefined) return null
  function toggle() {
    speechSynthesis.cancel()
    if (speaking) return setSpeaking(false)
    const saying = new SpeechSynthesisUtterance(text.join('. '))
    if (voice) saying.voice = voice
    saying.lang = voice?.lang ?? language.value
    saying.onend = saying.onerror = () => setSpeaking(false)
    setSpeaking(true)
    speechSynthesis.speak(saying)
  }
  return (
    <button type="button" class="aloud" aria-pressed={speaking} onClick={toggle}>
      <Icon of={speaking ? VolumeX : Volume2} size={20} /> {say(speaking ? 'aloud.stop' : 'aloud.read')}
    </button>
  )
}
