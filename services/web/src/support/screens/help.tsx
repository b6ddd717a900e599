import { Dialog } from '../../shared/parts/dialog.tsx'
import type { StampKind } from '../desk/desk.ts'
import { progressKeys } from '../keyboard.ts'
import { helpOpen, preferences } from '../known.ts'
import { say } from '../words.ts'

export function Help() {
  const close = () => {
    helpOpen.value = false
  }
  const rows: [string, string][] = [
    ['c', say('take.claim')],
    ['d', say('take.decline')],
    ...(Object.keys(progressKeys) as StampKind[]).map((kind): [string, string] => [
      progressKeys[kind],
      say(`kind.${kind}`),
    ]),
    ['u', say('progress.mistake')],
    ['r', say('brief.readBack')],
    ['h', say('do.handOver')],
    ['m', say('do.escalate')],
    ['s', say('do.standDown')],
    ['a', say('do.allClear')],
    ['Esc', say('help.board')],
    ['?', say('app.help')],
  ]
  return (
    <Dialog title={say('help.title')} onClose={close}>
      <table class="keys">
        <caption class="heard-only">{say('help.title')}</caption>
        <tbody>
          {rows.map(([key, what]) => (
            <tr key={key}>
              <th scope="row">
                <kbd class="key">{key}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="small">{say(preferences.value.keys ? 'help.fields' : 'help.off')}</p>
      <p class="small">{say('help.never')}</p>
      <button type="button" onClick={close}>
        {say('app.close')}
      </button>
    </Dialog>
  )
}
