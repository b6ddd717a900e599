import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'

/** This page keeps nothing any more; only opening the app anew begins again. */
export function ForgottenScreen() {
  return (
    <Frame
      title={say('forgotten.title')}
      actions={
        <button type="button" onClick={() => location.replace('/')}>
          {say('forgotten.again')}
        </button>
      }
    >
      <p class="lead">{say('forgotten.what')}</p>
    </Frame>
  )
}
