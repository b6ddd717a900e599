import { BookOpen, Check, CircleAlert, CircleHelp, Siren } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { may, maySee } from '../app.ts'
import { hrefOf } from '../place.ts'
import { say } from '../words.ts'
import { isBoardLamp, type Lamp, type LampState, type ToDo } from './lamps.ts'

const icons = { good: Check, look: CircleAlert, wrong: Siren, unknown: CircleHelp } as const satisfies Record<
  LampState,
  unknown
>

/** The page with what the number counts, where the role may see it; else the page about the number. */
function behind({ key, page, kept }: Lamp): string | undefined {
  if (page && maySee(page)) return hrefOf(page, undefined, kept)
  return isBoardLamp(key) ? hrefOf('board', key) : undefined
}

/** What to do is a page of its own that needs neither the service nor a script. It is written in English. */
export function RunbookLink({ name, isQuiet = false }: { name: string; isQuiet?: boolean }) {
  return (
    <a
      class={isQuiet ? 'runbook' : 'button runbook'}
      href={`/runbooks/${name}.html`}
      hreflang="en"
      target="_blank"
      rel="noopener"
    >
      <Icon of={BookOpen} size={20} /> {say(isQuiet ? 'runbook.ifWrong' : 'runbook.now')}
    </a>
  )
}

/** One lamp as words: its state, what it says, and what to do. */
export function LampWords({ lamp, href }: { lamp: Lamp; href?: string | undefined }) {
  return (
    <div class={`lamp-words ${lamp.state}`}>
      <p class="says">
        <Icon of={icons[lamp.state]} size={22} /> <span class="heard-only">{say(`lamp.state.${lamp.state}`)}</span>
        {href ? <a href={href}>{say(lamp.says, lamp.values)}</a> : <span>{say(lamp.says, lamp.values)}</span>}
      </p>
      {lamp.todo && <p class="small">{say(lamp.todo)}</p>}
      {lamp.key === 'unowned' && lamp.state === 'wrong' && may('answer-alerts') && (
        <a class="button" href="/support">
          {say('alerts.claim')}
        </a>
      )}
      {href && lamp.runbook && lamp.state !== 'good' && <RunbookLink name={lamp.runbook} />}
    </div>
  )
}

/** The board, from plain data: lamps that are words, and what a new service should do first. */
export function BoardView({ lamps, first }: { lamps: readonly Lamp[]; first: readonly ToDo[] }) {
  // What is wrong stands before all that is good, on a phone as well; the rest stays where it was.
  const sorted = [...lamps.filter(({ state }) => state === 'wrong'), ...lamps.filter(({ state }) => state !== 'wrong')]
  return (
    <>
      <ul class="plain lamps" aria-label={say('board.lamps')}>
        {sorted.map((lamp) => (
          <li key={lamp.key}>
            <LampWords lamp={lamp} href={behind(lamp)} />
          </li>
        ))}
      </ul>
      {first.length > 0 && (
        <section class="card first-things">
          <h2>{say('first.title')}</h2>
          <ol>
            {first.map(({ key, page }) => (
              <li key={key}>
                <a href={hrefOf(page)}>{say(`first.${key}`)}</a> <span class="why">{say(`first.${key}.why`)}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  )
}
