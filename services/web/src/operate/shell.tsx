import type { IconNode } from 'lucide'
import {
  BadgeCheck,
  Bell,
  BookOpenCheck,
  Building2,
  CalendarDays,
  ChartColumn,
  ClipboardList,
  Cog,
  DoorOpen,
  Eraser,
  KeyRound,
  LayoutDashboard,
  LogOut,
  Megaphone,
  Menu,
  MessageSquareText,
  MessagesSquare,
  Milestone,
  Timer,
  TriangleAlert,
  Users,
  WifiOff,
} from 'lucide'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { inkOn } from '../shared/look/brand.ts'
import { Icon } from '../shared/look/icon.tsx'
import { Dialog } from '../shared/parts/dialog.tsx'
import { Heading } from '../shared/parts/heading.tsx'
import * as signIn from '../shared/sign-in/screens.tsx'
import { language } from '../shared/words/speak.ts'
import {
  byPasskey,
  enter,
  isAway,
  isSignedOut,
  makePasskey,
  maySee,
  notice,
  screen,
  service,
  signOut,
  speakIn,
  usePasskey,
  who,
} from './app.ts'
import { PageHere } from './page-here.tsx'
import { hrefOf, type Page, pages, place } from './place.ts'
import { say } from './words.ts'

const icons: Record<Page, IconNode> = {
  board: LayoutDashboard,
  proof: BadgeCheck,
  incidents: Megaphone,
  sites: Building2,
  ladders: Milestone,
  rhythms: Timer,
  texts: MessageSquareText,
  guidance: BookOpenCheck,
  organisation: Cog,
  people: Users,
  rota: CalendarDays,
  staffing: DoorOpen,
  alerts: Bell,
  openings: KeyRound,
  said: MessagesSquare,
  audit: ClipboardList,
  reports: ChartColumn,
  retention: Eraser,
}

export function Shell() {
  const isOpen = screen.value === 'open'
  return (
    <div class="console operate">
      {isOpen && (
        <button
          type="button"
          class="skip heard-only"
          onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}
        >
          {say('app.skip')}
        </button>
      )}
      <Top />
      {isOpen && isAway.value && (
        <div class="banner lost" role="alert">
          <Icon of={WifiOff} />
          <p>
            <strong>{say('away.title')}</strong> {say('away.what')}
          </p>
        </div>
      )}
      <Notice />
      {isOpen ? <House /> : <main>{<Door />}</main>}
      {isSignedOut.value && <SignInAgain />}
    </div>
  )
}

function Top() {
  const other = language.value === 'en' ? 'cy' : 'en'
  const colour = who.value?.organisation.colour
  return (
    <header class="top">
      <p class={colour ? 'name branded' : 'name'} style={colour && { background: colour, color: inkOn(colour) }}>
        {who.value?.organisation.name ?? say('app.title')}
      </p>
      {service.value?.trial && (
        <p class="trial">
          <Icon of={TriangleAlert} size={18} /> {say('app.trial')}
        </p>
      )}
      <span class="tools">
        {who.value && (
          <span class="small whoami">
            {who.value.me.name}, {say(`role.${who.value.me.role}`)}
          </span>
        )}
        <button type="button" class="link" lang={other} onClick={() => void speakIn(other)}>
          {say('app.otherLanguage')}
        </button>
        {screen.value === 'open' && (
          <button type="button" class="link" onClick={() => void signOut()}>
            <Icon of={LogOut} size={18} /> {say('me.signOut')}
          </button>
        )}
      </span>
    </header>
  )
}

function Notice() {
  const said = notice.value
  return (
    <div class="notice-place">
      <p class={said?.isTrouble ? 'notice trouble' : 'heard-only'} role="alert">
        {said?.isTrouble ? said.text : ''}
      </p>
      <p class={said && !said.isTrouble ? 'notice' : 'heard-only'} role="status">
        {said && !said.isTrouble ? said.text : ''}
      </p>
    </div>
  )
}

/** Before anybody is signed in. */
function Door() {
  switch (screen.value) {
    case 'offline':
      return <signIn.Offline say={say} />
    case 'sign-in':
      return <signIn.SignIn say={say} onSignIn={usePasskey} />
    case 'passkey':
      return (
        <signIn.EnrolPasskey
          say={say}
          isSecond={byPasskey.value}
          mayWait={service.value?.trial === true}
          onAdd={makePasskey}
          onGoOn={enter}
        />
      )
    default:
      return <p class="small">{say('app.loading')}</p>
  }
}

/** Over the page, which stays as it was. */
function SignInAgain() {
  return (
    <Dialog title={say('signIn.endedTitle')} onClose={() => void signOut()}>
      <p>{say('signIn.endedWhat')}</p>
      <button type="button" class="primary" onClick={() => void usePasskey()}>
        {say('signIn.button')}
      </button>
      <button type="button" onClick={() => void signOut()}>
        {say('me.signOut')}
      </button>
    </Dialog>
  )
}

function House() {
  const { page } = place.value
  const [isOpen, setOpen] = useState(false)
  const seen = (Object.keys(pages) as Page[]).filter(maySee)
  // Before it is seen: a menu that is opened at once stays open.
  useLayoutEffect(() => {
    setOpen(false)
    scrollTo(0, 0)
  }, [page, place.value.id])
  useEffect(() => {
    document.title = `${say(`page.${page}`)} · ${say('app.title')}`
  })
  return (
    <div class="house">
      <nav aria-label={say('app.menu')} class={isOpen ? 'open' : ''}>
        <button type="button" class="menu" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon of={Menu} size={20} /> {say('app.menu')}
        </button>
        <ul>
          {seen.map((one) => (
            <li key={one}>
              <a href={hrefOf(one)} aria-current={one === page ? 'page' : undefined}>
                <Icon of={icons[one]} size={20} /> {say(`page.${one}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main>{seen.length === 0 ? <NotHere /> : maySee(page) ? <PageHere page={page} /> : <NotForRole />}</main>
    </div>
  )
}

/** A supporter's console is another one. */
function NotHere() {
  return (
    <section class="narrow">
      <Heading of="not-here">{say('notHere.title')}</Heading>
      <p>{say('notHere.what')}</p>
      <p>
        <a href="/support">{say('notHere.link')}</a>
      </p>
    </section>
  )
}

function NotForRole() {
  return (
    <section class="narrow">
      <Heading of="not-for-role">{say('notForRole.title')}</Heading>
      <p>{say('notForRole.what')}</p>
    </section>
  )
}
