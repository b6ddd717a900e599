import { Languages, QrCode, ShieldCheck, Smartphone } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { type Language, language, languages } from '../../shared/words/speak.ts'
import { open, prefer } from '../app.ts'
import { Doors } from '../parts/doors.tsx'
import { Frame, WhoIsHere } from '../parts/frame.tsx'
import { say } from '../words.ts'

export function WelcomeScreen() {
  return (
    <Frame
      kind="welcome"
      title={say('welcome.title')}
      actions={
        <>
          <p class="small">{say('welcome.agree')}</p>
          <button type="button" class="primary" onClick={() => open({ name: 'quick' })}>
            {say('welcome.start')}
          </button>
          <button type="button" onClick={() => open({ name: 'plan', planId: 'new' })}>
            {say('welcome.plan')}
          </button>
        </>
      }
    >
      <WhoIsHere />
      <p class="lead">{say('welcome.what')}</p>
      <p>{say('welcome.who')}</p>
      <p>{say('welcome.fails')}</p>
      <section class="card" aria-labelledby="consent">
        <h2 id="consent">{say('welcome.consentTitle')}</h2>
        <p>{say('welcome.consent')}</p>
        <DataPromise />
      </section>
      <LanguageChoice />
      <div class="choices">
        <button type="button" onClick={() => open({ name: 'join' })}>
          <Icon of={QrCode} size={20} /> {say('join.door')}
        </button>
        <button type="button" onClick={() => open({ name: 'arrive' })}>
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
      <Icon of={Languages} size={20} />
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

function DataPromise() {
  return (
    <details>
      <summary>
        <Icon of={ShieldCheck} size={20} /> {say('promise.title')}
      </summary>
      <ul>
        {(['sealed', 'opened', 'texts', 'delete', 'device'] as const).map((what) => (
          <li key={what}>{say(`promise.${what}`)}</li>
        ))}
      </ul>
    </details>
  )
}
