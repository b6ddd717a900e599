import { RefreshCw, TriangleAlert } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { say, type Word } from '../words.ts'

/** Refusals that have words of their own here; every other one is shown in the service's. */
const known = [
  'not_authenticated',
  'not_found',
  'stale_version',
  'conflict',
  'limit',
  'invalid',
  'too_many',
  'unavailable',
  'ladder_could_fall_silent',
  'text_refused',
] as const

/** What went wrong, in our words; and what the service itself says of it, where that says more. */
function explain(error: unknown): { text: string; detail?: string } {
  if (!(error instanceof RefusedError)) return { text: say('said.noAnswer') }
  const code = known.find((one) => one === error.code)
  const word: Word = code ? `refused.${code}` : 'refused.other'
  const saysMore = !code || ['conflict', 'invalid', 'ladder_could_fall_silent', 'text_refused'].includes(code)
  const message = typeof error.body.message === 'string' ? error.body.message : undefined
  return { text: say(word), ...(saysMore && message && { detail: message }) }
}

/** Said aloud where it stands. What was typed is still there. */
export function Trouble({ of, onAgain }: { of: unknown; onAgain?: () => unknown }) {
  const { text, detail } = explain(of)
  return (
    <div class="banner trouble" role="alert">
      <Icon of={TriangleAlert} />
      <p>
        <strong>{text}</strong> {detail && <span lang="en">{detail}</span>}
      </p>
      {onAgain && (
        <button type="button" onClick={onAgain}>
          <Icon of={RefreshCw} size={20} /> {say('app.again')}
        </button>
      )}
    </div>
  )
}
