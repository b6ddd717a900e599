import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { openFirst } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { say } from '../words.ts'

/** On a good network a file takes less, and nothing is said of it. */
const slowAfterMs = 1_500

/**
 * A screen, or a part of one, that few visits need comes in a file of its own; the service worker has it from the first
 * visit on.
 * @param Part what stands in place of a part of a screen whose file cannot be had; without it, it is a whole screen
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Part?: ComponentType,
): ComponentType<Props> {
  let known: ComponentType<Props> | undefined
  return function Later(props: Props) {
    const [state, setState] = useState<'waiting' | 'slow' | 'here' | 'missing'>(known ? 'here' : 'waiting')
    useEffect(() => {
      if (known) return
      const slow = setTimeout(() => setState('slow'), slowAfterMs)
      load()
        .then(
          (screen) => {
            known = screen
            setState('here')
          },
          () => setState('missing'),
        )
        .finally(() => clearTimeout(slow))
      return () => clearTimeout(slow)
    }, [])
    if (known) {
      const Known = known
      return <Known {...props} />
    }
    if (Part) return state === 'missing' ? <Part /> : null
    // Not empty, or the page would say that it has not come yet.
    return state === 'waiting' ? <div class="frame" /> : <NotHere isComing={state === 'slow'} />
  }
}

/** A network that swallows everything says neither yes nor no for minutes: there must be a way back meanwhile. */
function NotHere({ isComing }: { isComing: boolean }) {
  return (
    <Frame
      title={say(isComing ? 'app.wait' : 'offline.title')}
      actions={
        <button type="button" onClick={openFirst}>
          {say('app.back')}
        </button>
      }
    >
      {!isComing && <Trouble>{say('later.missing')}</Trouble>}
    </Frame>
  )
}
