import { BellRing, QrCode, Siren, Smartphone, Timer } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'

import { type Language, language, languages } from '../../shared/words/speak.ts'
import { openAgreed, prefer } from '../app.ts'
import { Doors } from '../parts/doors.tsx'
import { Frame, WhoIsHere } from '../parts/frame.tsx'
import { say } from '../words.ts'

const points = [
  ['timer', Timer],
  ['told', BellRing],
  ['fails', Siren],
] as const

export function WelcomeScreen() {
  return (
    <Frame
      kind="welcome"
      title={say('welcome.title')}
      before={<LanguageChoice />}
      actions={
        <div class="choices even">
          <button type="button" class="primary" onClick={() => openAgreed({ name: 'quick' })}>
            {say('welcome.start')}
          </button>
          <button type="button" onClick={() => openAgreed({ name: 'plan', planId: 'new' })}>
            {say('welcome.plan')}
          </button>
        </div>
      }
    >
      <WhoIsHere />
      <ul class="plain lines">
        {points.map(([what, icon]) => (
          <li key={what}>
            <Icon of={icon} size={28} /> <span>{say(`welcome.${what}`)}</span>
          </li>
        ))}
      </ul>
      <p>{say('welcome.who')}</p>
      <div class="choices">
        <button type="button" onClick={() => openAgreed({ name: 'join' })}>
          <Icon of={QrCode} size={20} /> {say('join.door')}
        </button>
        <button type="button" onClick={() => openAgreed({ name: 'arrive' })}>
          <Icon of={Smartphone} size={20} /> {say('settings.arrive')}
        </button>
      </div>
      <Doors of={['guidance', 'data', 'wrong', 'lost', 'feedback']} />
    </Frame>
  )
}

export function LanguageChoice() {
  return (
    <p class="languages">
      {Object.entries(languages).map(([tag, name]) => (
        <button
          key={tag}
          type="button"
          class="link"
          lang={tag}
          aria-pressed={language.value === tag}
          onClick={() => void prefer({ language: tag as Language })}
        >
          {name}
        </button>
      ))}
    </p>
  )
}
