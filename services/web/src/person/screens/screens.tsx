import { screen, sight } from '../app.ts'
import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { AfterScreen } from './after.tsx'
import { ForgottenScreen } from './forgotten.tsx'
import { HomeScreen } from './home.tsx'
import { later } from './later.tsx'
import { LockedScreen } from './locked.tsx'
import { ReadyScreen } from './ready.tsx'
import { SessionScreen } from './session.tsx'
import { WelcomeScreen } from './welcome.tsx'

const DataPage = later(async () => (await import('../pages/data.tsx')).DataPage)
const WrongPage = later(async () => (await import('../pages/wrong.tsx')).WrongPage)
const FeedbackPage = later(async () => (await import('../pages/feedback.tsx')).FeedbackPage)
const LostPage = later(async () => (await import('../pages/lost.tsx')).LostPage)
const GuidancePage = later(async () => (await import('../pages/guidance.tsx')).GuidancePage)
const AgreeScreen = later(async () => (await import('./first-time.ts')).AgreeScreen)
const QuickScreen = later(async () => (await import('./first-time.ts')).QuickScreen)
const SettingsScreen = later(async () => (await import('./settings.tsx')).SettingsScreen)
const PlanScreen = later(async () => (await import('./plan.tsx')).PlanScreen)
const PeopleScreen = later(async () => (await import('./people.tsx')).PeopleScreen)
const JoinScreen = later(async () => (await import('../sites/join.tsx')).JoinScreen)
const MoveScreen = later(async () => (await import('../moving/move.tsx')).MoveScreen)
const ArriveScreen = later(async () => (await import('../moving/arrive.tsx')).ArriveScreen)

/** A session comes before every other screen; while one runs there is nothing else to look at. */
export function Screens() {
  const seen = sight.value
  if (seen?.phase === 'closed') return <AfterScreen />
  if (seen !== undefined) return <SessionScreen seen={seen} />
  const at = screen.value
  switch (at.name) {
    case 'loading':
      return null
    case 'offline':
      return (
        <Frame
          title={say('offline.title')}
          actions={
            <button type="button" class="primary" onClick={() => location.reload()}>
              {say('offline.again')}
            </button>
          }
        >
          <p>{say('offline.what')}</p>
        </Frame>
      )
    case 'locked':
      return <LockedScreen />
    case 'welcome':
      return <WelcomeScreen />
    case 'agree':
      return <AgreeScreen next={at.next} />
    case 'home':
      return <HomeScreen />
    case 'quick':
      return <QuickScreen />
    case 'settings':
      return <SettingsScreen />
    case 'forgotten':
      return <ForgottenScreen />
    case 'data':
      return <DataPage />
    case 'wrong':
      return <WrongPage />
    case 'feedback':
      return <FeedbackPage />
    case 'lost':
      return <LostPage />
    case 'guidance':
      return <GuidancePage />
    case 'join':
      return <JoinScreen key={`${at.code} ${at.planId}`} {...at} />
    case 'move':
      return <MoveScreen />
    case 'arrive':
      return <ArriveScreen key={at.copy} {...at} />
    case 'plan':
      return <PlanScreen key={at.planId} planId={at.planId} />
    case 'people':
      return <PeopleScreen planId={at.planId} />
    case 'ready':
      return <ReadyScreen key={at.planId} planId={at.planId} />
  }
}
