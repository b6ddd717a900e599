// The page of phones. Everything a carrier carries is shown as text: nothing that comes from a message becomes markup.

const quickReplies = ['1', '2', '4', '5', '9', '0', 'STOP']
const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']
const phonesShown = 60

const behaviours = {
  accept: 'delivers as usual',
  'never-deliver': 'takes texts, never delivers',
  late: 'delivers late',
  doubled: 'reports everything twice',
  reversed: 'reports in the wrong order',
  'rate-1': 'one text a second',
  'refuse-21610': 'refuses: stopped (21610)',
  'refuse-21614': 'refuses: not a mobile (21614)',
  'refuse-30003': 'fails: unreachable (30003)',
  'refuse-30005': 'fails: unknown (30005)',
  'refuse-30006': 'fails: landline (30006)',
  'refuse-30007': 'fails: filtered (30007)',
  'refuse-30008': 'fails: no reason (30008)',
  429: 'too many requests (429)',
  '500-before': 'error, text lost (500)',
  '500-after': 'error, text sent all the same (500)',
  hang: 'never answers',
  reset: 'resets the connection',
  garbage: 'answers nonsense',
}

const statusWords = {
  queued: 'queued',
  sent: 'sent',
  delivered: 'delivered',
  undelivered: 'not delivered',
  failed: 'failed',
  received: 'sent from here',
}

const callWords = {
  queued: 'A call is coming',
  ringing: 'Ringing',
  'in-progress': 'In a call',
  completed: 'Call ended',
  failed: 'Call failed',
  'no-answer': 'Nobody answered',
  canceled: 'The caller hung up',
}

const byId = (id) => document.getElementById(id)
const cards = new Map()
const time = (at) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** Posts to the carrier; answers what went wrong in words, or an empty string. */
async function tell(path, body) {
  try {
    const response = await fetch(`/sim${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = await response.json()
    if (!response.ok) return answer.message
    const { webhookStatus } = answer
    if (webhookStatus === null) return 'The service did not answer. The text was sent.'
    return webhookStatus >= 300 ? `The service answered ${webhookStatus}. The text was sent.` : ''
  } catch {
    return 'The carrier did not answer.'
  }
}

function button(label, act) {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = label
  made.addEventListener('click', act)
  return made
}

function makeCard(number) {
  const element = byId('phone').content.firstElementChild.cloneNode(true)
  const part = (selector) => element.querySelector(selector)
  const name = `phone-${number.slice(1)}`
  part('h2').textContent = number
  part('h2').id = name
  element.setAttribute('aria-labelledby', name)
  part('.log').setAttribute('aria-label', `Texts of ${number}`)
  // It scrolls, so the keyboard must get there.
  part('.log').tabIndex = 0
  part('.quick').setAttribute('aria-label', `Quick replies from ${number}`)
  const note = part('.note')
  const act = async (path, body) => {
    note.textContent = ''
    note.textContent = await tell(path, body)
  }

  const input = part('.reply input')
  part('.reply').addEventListener('submit', (event) => {
    event.preventDefault()
    act('/texts', { from: number, body: input.value })
    input.value = ''
    input.focus()
  })
  for (const reply of quickReplies) {
    part('.quick').append(button(reply, () => act('/texts', { from: number, body: reply })))
  }
  const select = part('select')
  for (const [value, words] of Object.entries(behaviours)) select.add(new Option(words, value))
  select.addEventListener('change', () => act(`/numbers/${encodeURIComponent(number)}`, { behaviour: select.value }))

  const card = { element, part, act, texts: new Map(), calls: new Map(), touchedAt: 0 }
  cards.set(number, card)
  // In the order of their numbers, so that no phone moves under a hand.
  const next = [...cards.keys()].filter((other) => other > number).sort()[0]
  byId('phones').insertBefore(element, next === undefined ? null : cards.get(next).element)
  return card
}

/** A body as text, with its web addresses as links that say nothing of where they were followed from. */
function fillBody(element, body) {
  for (const piece of body.split(/(https?:\/\/[^\s<>"]+)/)) {
    if (!/^https?:\/\//.test(piece)) {
      element.append(piece)
      continue
    }
    const link = document.createElement('a')
    link.href = piece
    link.textContent = piece
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
    element.append(link)
  }
}

function showText(card, text) {
  let item = card.texts.get(text.sid)
  if (item === undefined) {
    item = document.createElement('li')
    const body = document.createElement('p')
    body.className = 'body'
    fillBody(body, text.body)
    const meta = document.createElement('p')
    meta.className = 'meta'
    item.append(body, meta)
    card.texts.set(text.sid, item)
    card.part('.texts').append(item)
  }
  const failed = ['undelivered', 'failed'].includes(text.status)
  item.classList.toggle('own', text.direction === 'inbound')
  item.classList.toggle('failed', failed)
  const who = text.automatic ? ' · from the carrier' : ''
  const code = text.errorCode === undefined ? '' : ` ${text.errorCode}`
  item.lastElementChild.textContent = `${time(text.at)} · ${statusWords[text.status] ?? text.status}${code}${who}`
}

function makeCall(card, call) {
  const element = byId('call').content.firstElementChild.cloneNode(true)
  const name = `${call.to}, call of ${time(call.at)}`
  element.setAttribute('aria-label', name)
  element.querySelector('.answer').setAttribute('aria-label', `Answer ${name}`)
  const keypad = element.querySelector('.keypad')
  keypad.setAttribute('aria-label', `Keypad, ${name}`)
  for (const answer of element.querySelectorAll('[data-by]')) {
    answer.addEventListener('click', () => card.act(`/calls/${call.sid}/answer`, { by: answer.dataset.by }))
  }
  for (const key of keys) keypad.append(button(key, () => card.act(`/calls/${call.sid}/digits`, { digits: key })))
  element.querySelector('.hang-up').addEventListener('click', () => card.act(`/calls/${call.sid}/hang-up`, {}))
  card.calls.set(call.sid, element)
  card.part('.calls').append(element)
  return element
}

function showCall(card, call) {
  const element = card.calls.get(call.sid) ?? makeCall(card, call)
  const rings = call.status === 'ringing'
  element.classList.toggle('rings', rings)
  element.querySelector('.what').textContent = `${callWords[call.status] ?? call.status} · ${time(call.at)}`
  element.querySelector('.answer').hidden = !rings
  element.querySelector('.keypad').hidden = !call.waitingForDigits
  element.querySelector('.hang-up').hidden = call.status !== 'in-progress'
  const said = element.querySelector('.said')
  for (const words of call.said.slice(said.children.length)) {
    const item = document.createElement('li')
    item.textContent = `“${words}”`
    said.append(item)
  }
}

/** What the phone no longer shows goes; the rest stays where it is, so that nothing is read aloud twice. */
function drop(shown, wanted) {
  const sids = new Set(wanted.map(({ sid }) => sid))
  for (const [sid, element] of shown) {
    if (sids.has(sid)) continue
    element.remove()
    shown.delete(sid)
  }
}

function showPhone(phone) {
  const card = cards.get(phone.number) ?? makeCard(phone.number)
  card.touchedAt = Date.now()
  card.part('.stopped').hidden = !phone.optedOut
  const select = card.part('select')
  if (![...select.options].some(({ value }) => value === phone.behaviour)) {
    select.add(new Option(phone.behaviour, phone.behaviour))
  }
  select.value = phone.behaviour

  const log = card.part('.log')
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 48
  drop(card.texts, phone.texts)
  for (const text of phone.texts) showText(card, text)
  if (atEnd) log.scrollTop = log.scrollHeight

  drop(card.calls, phone.calls)
  for (const call of phone.calls) showCall(card, call)
  card.element.classList.toggle(
    'rings',
    phone.calls.some(({ status }) => status === 'ringing'),
  )
  forgetOldest()
  byId('empty').hidden = cards.size > 0
}

function forgetOldest() {
  if (cards.size <= phonesShown) return
  const unused = [...cards].filter(([, { element }]) => !element.contains(document.activeElement))
  const [number, card] = unused.sort(([, one], [, other]) => one.touchedAt - other.touchedAt)[0]
  card.element.remove()
  cards.delete(number)
}

async function readAll() {
  const response = await fetch('/sim/phones')
  const { phones } = await response.json()
  phones.forEach(showPhone)
}

byId('add').addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.currentTarget
  const number = form.elements.namedItem('number').value.replace(/[\s().-]/g, '')
  const note = form.querySelector('.note')
  note.textContent = /^\+[1-9]\d{6,14}$/.test(number)
    ? ''
    : 'A number starts with + and the country, such as +447700900123.'
  if (note.textContent !== '') return
  if (!cards.has(number)) showPhone({ number, behaviour: 'accept', optedOut: false, texts: [], calls: [] })
  form.reset()
  cards.get(number).part('.reply input').focus()
})

const live = new EventSource('/sim/phones/live')
live.addEventListener('phone', (event) => showPhone(JSON.parse(event.data)))
live.addEventListener('open', () => {
  byId('state').textContent = 'Live'
  readAll().catch(() => {})
})
live.addEventListener('error', () => {
  byId('state').textContent = 'Not connected, trying again'
})
