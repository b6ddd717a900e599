import { HandHeart, LockKeyhole, ShieldCheck, Trash2 } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { agree, openFirst, type Screen } from '../app.ts'
import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'

const points = [
  ['kept', LockKeyhole],
  ['passed', HandHeart],
  ['back', Trash2],
] as const

/** Explicit consent: three lines and a touch of its own beside them, before anything is kept or sent. Asked once. */
export function AgreeScreen({ next }: { next: Screen }) {
  return (
    <Frame
      kind="agree"
      title={say('agree.title')}
      actions={
        <>
          <button type="button" class="primary" onClick={() => void agree(next)}>
            {say('agree.yes')}
          </button>
          <button type="button" class="link" onClick={openFirst}>
            {say('app.back')}
          </button>
        </>
      }
    >
      <ul class="plain lines">
        {points.map(([what, icon]) => (
          <li key={what}>
            <Icon of={icon} size={28} /> <span>{say(`agree.${what}`)}</span>
          </li>
        ))}
      </ul>
      <DataPromise />
    </Frame>
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
