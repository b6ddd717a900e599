import { useEffect } from 'preact/hooks'
import { afterwards } from '../afterwards.ts'
import { callAttention } from '../alarm/attention.ts'
import { listenForKeys } from '../keyboard.ts'
import { helpOpen, loudlySignedOut, mine, opened, screen, takeover } from '../known.ts'
import { Banners, LostTo, Notice, SignInAgain, Top } from '../parts/top.tsx'
import { say } from '../words.ts'
import { Afterwards } from './afterwards.tsx'
import { AlertZones } from './alert-zones.tsx'
import { Board } from './board.tsx'
import { Help } from './help.tsx'
import { EnrolPasskey, FitForShift, Offline, SignIn } from './sign-in.tsx'
import { Takeover } from './takeover.tsx'

export function Screens() {
  useEffect(() => {
    callAttention()
    listenForKeys()
  }, [])
  const signedIn = screen.value === 'board' || screen.value === 'shift'
  const calling = takeover.value
  // Nothing else is on the screen while somebody may have stopped breathing and nobody has it.
  if (calling && screen.value !== 'sign-in' && loudlySignedOut.value === undefined) return <Takeover alert={calling} />
  return (
    <div class="console">
      <Top signedIn={signedIn} />
      <SignInAgain />
      {signedIn && <LostTo />}
      {signedIn && <Banners />}
      <Notice />
      <main>
        <Body />
      </main>
      {helpOpen.value && <Help />}
    </div>
  )
}

function Body() {
  switch (screen.value) {
    case 'loading':
      return <p class="small">{say('app.loading')}</p>
    case 'offline':
      return <Offline />
    case 'sign-in':
      return <SignIn />
    case 'passkey':
      return <EnrolPasskey />
    case 'shift':
      return <FitForShift />
    case 'board':
      // Whoever has an alert again writes of the last one later.
      if (afterwards.value && mine.value.length === 0) return <Afterwards />
      return opened.value ? <AlertZones alert={opened.value} /> : <Board />
  }
}
