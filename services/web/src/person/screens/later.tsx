import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { openFirst } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { say } from '../words.ts'

/**
 * A screen, or a part of one, that few visits need comes in a file of its own; the service worker has it from the first
 * visit on.
 * @param Missing what stands there when the file cannot be had
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Missing: ComponentType = MissingScreen,
): ComponentType<Props> {
  let known: ComponentType<Props> | undefined
  return function Later(props: Props) {
    const [state, setState] = useState<'waiting' | 'here' | 'missing'>(known ? 'here' : 'waiting')
    useEffect(() => {
      if (known) return
      load().then(
        (screen) => {
          known = screen
          setState('here')
        },
        () => setState('missing'),
      )
    }, [])
    if (known) {
      const Known = known
      return <Known {...props} />
    }
    if (state === 'waiting') return null
    return <Missing />
  }
}

function MissingScreen() {
  return (
    <Frame
      title={say('offline.title')}
      actions={
        <button type="button" onClick={openFirst}>
          {say('app.back')}
        </button>
      }
    >
      <Trouble>{say('later.missing')}</Trouble>
    </Frame>
  )
}
