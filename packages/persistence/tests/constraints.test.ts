import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../src/index.ts'
import { addAlert, addMessage, addRecipient, addSession, useHouse } from './house.ts'

/*
 * What the tables refuse, whoever writes: a state that must not exist cannot be stored, not even by hand. Each row
 * breaks one thing in a row that is right. The last test holds the list against the schema: a CHECK or a unique index
 * that no row of it breaks is one that nobody would miss.
 */

const house = useHouse()
const ids: Record<string, string> = {}
const broken = new Set<string>()

beforeAll(async () => {
  const { db, organisationId } = house
  ids.organisation = organisationId
  await db.query(`UPDATE app.organisations SET host = 'house.example'`)
  const counting = await addSession(house, 120_000)
  ids.counting = counting.id
  ids.device = counting.deviceId
  ids.plan = counting.planId
  ids.prompting = (await addSession(house, -10_000, { state: 'prompting' })).id
  const open = await addAlert(house)
  ids.open = open.id
  ids.alerting = open.sessionId
  ids.other = (await addAlert(house)).id
  const recipient = await addRecipient(house, open)
  ids.recipient = recipient.id
  ids.phone = `\\x${recipient.numberHash.toString('hex')}`
  ids.message = await addMessage(house, { alertId: open.id, sessionId: open.sessionId, dedupeKey: 'once' })
  ids.invited = newId()
  for (const [name, statement] of Object.entries({
    rescuer: `INSERT INTO app.rescuers (id, organisation_id, plan_id, position, sealed_number, number_check, number_hash, destination, consent)
       VALUES ($1, '${organisationId}', '${ids.plan}', 1, '{}', 'ok', sha256('r'), 'sealed', 'agreed')`,
    supporter: `INSERT INTO app.supporters (id, organisation_id, role, name) VALUES ($1, '${organisationId}', 'supporter', 'S')`,
    step: `INSERT INTO app.steps (id, organisation_id, session_id, alert_id, kind, due_at)
       VALUES ($1, '${organisationId}', '${ids.alerting}', '${ids.open}', 'repeat', app.clock())`,
    disclosure: `INSERT INTO app.disclosures (id, organisation_id, alert_id, recipient_kind, recipient_id, link_id, expires_at)
       VALUES ($1, '${organisationId}', '${ids.open}', 'rescuer', '${recipient.id}', 'link', app.clock())`,
    invitation: `INSERT INTO app.invitations (id, organisation_id, role, token_hash) VALUES ($1, '${organisationId}', 'operator', sha256('i'))`,
    closed: `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, company, state, version, rhythm, prompts, started_at,
       anchor_at, deadline_at, alert_at, last_press_at, end_code, outcome, closed_at)
       SELECT $1, organisation_id, device_id, plan_id, company, 'closed', 3, rhythm, prompts, started_at, anchor_at,
         deadline_at, alert_at, last_press_at, end_code, 'ended-safe', app.clock() FROM app.sessions WHERE id = '${ids.counting}'`,
  })) {
    const id = newId()
    ids[name] = id
    await db.query(statement, [id])
  }
  await db.query(`INSERT INTO app.phones (organisation_id, number_hash) VALUES ($1, sha256('p'))`, [organisationId])
  await db.query(
    `INSERT INTO app.inbound (carrier_sid, organisation_id, sealed, due_at) VALUES ('SM1', $1, '{}', app.clock())`,
    [organisationId],
  )
  await db.query(
    `INSERT INTO app.attempts (nonce_hash, message_id, fence, started_at) VALUES (sha256('n'), $1, 1, app.clock())`,
    [ids.message],
  )
  await db.query(`INSERT INTO app.deployment (deployment_id) VALUES ($1)`, [newId()])
})

/** `:name` stands for the id of a row that is right. What is refused: a CHECK, an empty field, a second of its kind. */
type Refused = [what: string, statement: string]

const session = (change: string, which = 'counting') => `UPDATE app.sessions SET ${change} WHERE id = ':${which}'`
const alert = (change: string) => `UPDATE app.alerts SET ${change} WHERE id = ':open'`
const message = (change: string) => `UPDATE app.messages SET ${change} WHERE id = ':message'`
const step = (change: string) => `UPDATE app.steps SET ${change} WHERE id = ':step'`
const plan = (change: string) => `UPDATE app.rescue_plans SET ${change} WHERE id = ':plan'`
const rescuer = (change: string) => `UPDATE app.rescuers SET ${change} WHERE id = ':rescuer'`
const recipient = (change: string) => `UPDATE app.alert_recipients SET ${change} WHERE recipient_id = ':recipient'`
const owned = (but: Record<string, string>) =>
  alert(
    Object.entries({
      state: `'owned'`,
      owner_kind: `'rescuer'`,
      owner_id: `':recipient'`,
      owned_at: 'app.clock()',
      duty_until_at: 'app.clock()',
      ...but,
    })
      .map(([column, value]) => `${column} = ${value}`)
      .join(', '),
  )

const another = (slug: string, host: string) =>
  `INSERT INTO app.organisations (id, slug, host, name, sms_number, page_host, prompts, ladder)
   SELECT gen_random_uuid(), ${slug}, ${host}, name, sms_number, page_host, prompts, ladder FROM app.organisations`

const sessions: Refused[] = [
  ['a reason that is none', session(`cause = 'weakness'`)],
  ['a session without a deadline (B70)', session('deadline_at = NULL, due_at = NULL')],
  [
    'a deadline that never comes (B70)',
    session(`deadline_at = 'infinity', alert_at = 'infinity', due_at = 'infinity'`),
  ],
  [
    'a deadline of infinity alone',
    session(`deadline_at = '-infinity', started_at = '-infinity', due_at = '-infinity'`),
  ],
  [
    'a deadline in the year 294276 (B70)',
    session(`deadline_at = '294276-01-01', alert_at = '294276-01-02', due_at = '294276-01-01'`),
  ],
  ['an alert that never comes', session(`alert_at = 'infinity'`)],
  ['an alert at the deadline: no time to prompt', session('alert_at = deadline_at')],
  ['an alert before the deadline', session(`alert_at = deadline_at - interval '1 second'`)],
  [
    'a deadline before the start',
    session(`deadline_at = started_at - interval '1 ms', due_at = started_at - interval '1 ms'`),
  ],
  ['an alert parked a day away', session(`alert_at = started_at + interval '1 day'`)],
  ['a counting session that nothing looks for', session('due_at = NULL')],
  ['a counting session that is looked for at the alert only', session('due_at = alert_at')],
  ['a prompting session that nothing looks for', session('due_at = NULL', 'prompting')],
  ['a prompting session that is looked for at its past deadline', session('due_at = deadline_at', 'prompting')],
  ['an alerting session that is still looked for', session('due_at = alert_at', 'alerting')],
  ['a closed session that is still looked for', session('due_at = deadline_at', 'closed')],
  ['a session looked for at infinity', session(`due_at = 'infinity'`)],
  ['a closed session without an outcome', session('outcome = NULL', 'closed')],
  ['a closed session without the instant of its close', session('closed_at = NULL', 'closed')],
  ['a counting session with an outcome', session(`outcome = 'ended-safe'`)],
  ['a counting session that was closed', session('closed_at = app.clock()')],
  ['an outcome nobody knows', session(`outcome = 'vanished'`, 'closed')],
  ['a state nobody knows', session(`state = 'paused', due_at = NULL`)],
  ['a kind nobody knows', session(`kind = 'special'`)],
  ['company nobody knows', session(`company = 'a friend'`)],
  ['version 0', session('version = 0')],
  ['a rhythm without intervals', session(`rhythm = '{}'`)],
  ['a rhythm with an interval of nothing', session(`rhythm = '{0}'`)],
  ['a rhythm with an interval of three hours', session(`rhythm = '{10800}'`)],
  ['a start at infinity', session(`started_at = '-infinity'`)],
  ['a rhythm that counts from infinity', session(`anchor_at = 'infinity'`)],
  ['a press at infinity', session(`last_press_at = 'infinity'`)],
  ['a quiet session without the version its device saw', session('quiet = true')],
  ['an end code of four digits', session(`end_code = '1234'`)],
  [
    'a second running session of one device',
    session(`state = 'alerting', due_at = NULL, outcome = NULL, closed_at = NULL`, 'closed'),
  ],
]

const alerts: Refused[] = [
  ['a second alert of one session (P4)', `UPDATE app.alerts SET session_id = ':alerting' WHERE id = ':other'`],
  ['a state nobody knows', alert(`state = 'snoozed'`)],
  ['an alert owned by nobody', alert(`state = 'owned'`)],
  ['an owner without duty: a claim that never lapses', owned({ duty_until_at: 'NULL' })],
  ['an owner without the instant of the claim', owned({ owned_at: 'NULL' })],
  ['an owner of no kind', owned({ owner_kind: 'NULL' })],
  ['an owner of a kind nobody knows', owned({ owner_kind: `'operator'` })],
  ['an open alert that somebody owns', alert(`owner_id = ':recipient'`)],
  ['a closed alert without an outcome', alert(`state = 'closed', closed_at = app.clock()`)],
  ['a closed alert without the instant of its close', alert(`state = 'closed', outcome = 'safe'`)],
  ['an open alert with an outcome', alert(`outcome = 'safe'`)],
  ['an outcome nobody knows', alert(`state = 'closed', closed_at = app.clock(), outcome = 'forgotten'`)],
  ['a code of three digits', alert(`code = '482'`)],
  ['a reason nobody knows', alert(`reason = 'boredom'`)],
  ['an order nobody knows', alert(`alert_order = 'nobody'`)],
  ['a brief that is never tried again', alert(`brief_retry_at = 'infinity'`)],
  ['an alert without the plan it was raised with', alert('sealed_plan = NULL')],
]

const outbox: Refused[] = [
  ['a queued message without its instant', message('due_at = NULL')],
  ['a message being sent without the end of its lease', message(`status = 'sending', due_at = NULL`)],
  ['an unknown outcome that nobody looks into', message(`status = 'unknown', due_at = NULL`)],
  ['a message for infinity', message(`due_at = 'infinity'`)],
  ['a status nobody knows', message(`status = 'lost'`)],
  ['a message to a rescuer without a destination', message('destination = NULL')],
  ['a page with a destination', message(`recipient_kind = 'pager'`)],
  ['a recipient of no known kind', message(`recipient_kind = 'neighbour'`)],
  ['a channel nobody knows', message(`channel = 'pigeon'`)],
  ['half a hash of a number', message(`number_hash = 'abc'`)],
  [
    'the same message twice',
    `INSERT INTO app.messages (id, organisation_id, recipient_kind, recipient_id, channel, template, destination, priority, dedupe_key, due_at)
     VALUES (gen_random_uuid(), ':organisation', 'rescuer', ':recipient', 'text', 'alert-first', '{}', 1, 'once', app.clock())`,
  ],
  ['an attempt with an outcome nobody knows', `UPDATE app.attempts SET outcome = 'maybe'`],
  ['an attempt with half a nonce', `UPDATE app.attempts SET nonce_hash = 'abc'`],
]

const steps: Refused[] = [
  ['a step without its instant', step('due_at = NULL')],
  ['a step for infinity', step(`due_at = 'infinity'`)],
  ['a kind nobody knows', step(`kind = 'ritual'`)],
  ['a status nobody knows', step(`status = 'skipped', done_at = app.clock()`)],
  ['a repeat of no alert', step('alert_id = NULL')],
  ['a prompt of an alert', step(`kind = 'prompt'`)],
  ['a step that is done at no time', step(`status = 'done'`)],
  ['a pending step that was done', step('done_at = app.clock()')],
]

const recipients: Refused[] = [
  ['a recipient of no known kind', recipient(`kind = 'neighbour'`)],
  ['an answer nobody knows', recipient(`answer = 'perhaps'`)],
  ['half a hash of a number', recipient(`number_hash = 'abc'`)],
  [
    'one code for two alerts on one phone (C40)',
    `INSERT INTO app.alert_recipients (alert_id, kind, recipient_id, organisation_id, position, destination, number_hash, code)
     VALUES (':other', 'rescuer', gen_random_uuid(), ':organisation', 1, 'sealed', ':phone', '4821')`,
  ],
  [
    'one phone told twice of one alert',
    `INSERT INTO app.alert_recipients (alert_id, kind, recipient_id, organisation_id, position, destination, number_hash, code)
     VALUES (':open', 'supporter', gen_random_uuid(), ':organisation', 1, 'sealed', ':phone', '1111')`,
  ],
]

const plans: Refused[] = [
  ['version 0 of a plan', plan('plan_version = 0')],
  ['an order nobody knows', plan(`alert_order = 'nobody'`)],
  ['a check nobody knows', plan(`plan_check = 'fine'`)],
  ['a check of the own number nobody knows', plan(`sealed_own_number = '{}', own_check = 'fine'`)],
  ['an own number that is never checked', plan(`sealed_own_number = '{}'`)],
  ['a check of no own number', plan(`own_check = 'ok'`)],
  ['half a hash of the own number', plan(`own_number_hash = 'abc'`)],
  ['a pending check without its instant', plan('check_due_at = NULL')],
  ['a check at infinity', plan(`check_due_at = 'infinity'`)],
  ['a plan that is fine and that nobody could open', plan(`plan_check = 'ok'`)],
  ['a good plan of no version', plan(`good_sealed = '{}'`)],
  ['a plan’s language that is none', plan(`language = 'Welsh'`)],
  ['a sixth rescuer (B50)', rescuer('position = 6')],
  ['consent nobody knows', rescuer(`consent = 'stopped'`)],
  ['a rescuer’s language that is none', rescuer(`language = 'Welsh'`)],
  ['an engagement nobody knows', `UPDATE app.supporters SET engagement = 'agency'`],
  ['a check of a number nobody knows', rescuer(`consent = 'waiting', number_check = 'fine'`)],
  ['half a hash of a number', rescuer(`number_hash = 'abc'`)],
  ['an agreed rescuer whose number is not checked (P13)', rescuer(`number_check = 'refused'`)],
  ['a checked number without a destination', rescuer('destination = NULL')],
  ['a pending number without the instant of its check', rescuer(`consent = 'waiting', number_check = 'pending'`)],
  ['a check at infinity', rescuer(`check_due_at = 'infinity'`)],
  ['an invitation at infinity', rescuer(`invite_due_at = 'infinity'`)],
]

const rest: Refused[] = [
  ['half a hash of a code', `UPDATE app.devices SET forget_hash = '\\x00'`],
  [
    'two devices that one code forgets',
    `INSERT INTO app.devices (id, organisation_id, token_hash, forget_hash)
     SELECT gen_random_uuid(), ':organisation', sha256(n::text::bytea), sha256('f') FROM generate_series(1, 2) n`,
  ],
  ['a second stack in one database', `INSERT INTO app.deployment (deployment_id) VALUES (gen_random_uuid())`],
  ['a stack that is not the one', 'UPDATE app.deployment SET one = false'],
  ['a pace slower than nominal', 'UPDATE app.deployment SET pace = 0.5'],
  ['a pace of a million', 'UPDATE app.deployment SET pace = 1000000'],
  ['a backup at infinity', `UPDATE app.deployment SET backed_up_at = 'infinity'`],
  ['a second correction of the clock', 'INSERT INTO app.clock_correction DEFAULT VALUES'],
  ['a correction that is not the one', 'UPDATE app.clock_correction SET one = false'],
  ['a slug with a space', `UPDATE app.organisations SET slug = 'a house'`],
  ['two organisations of one slug', another('slug', "'elsewhere.example'")],
  ['two organisations of one host', another("'another'", 'host')],
  ['an organisation that texts from 999', `UPDATE app.organisations SET sms_number = '999'`],
  ['a colour that is a word', `UPDATE app.organisations SET colour = 'red'`],
  ['an organisation that pages 112', `UPDATE app.organisations SET pager_number = '112'`],
  ['a rhythm without intervals', `UPDATE app.rhythms SET intervals_seconds = '{}'`],
  ['a rhythm with a gap over half an hour', `UPDATE app.rhythms SET intervals_seconds = '{1801}'`],
  ['a rhythm with a gap under a minute', `UPDATE app.rhythms SET intervals_seconds = '{59}'`],
  ['half a hash of a phone', `UPDATE app.phones SET number_hash = 'abc'`],
  ['half a hash of a token', `UPDATE app.devices SET token_hash = 'abc'`],
  ['one token for two devices', `UPDATE app.devices SET token_hash = sha256('same')`],
  ['a role nobody knows', `UPDATE app.supporters SET role = 'boss'`],
  ['half a hash of a supporter', `UPDATE app.supporters SET number_hash = 'abc'`],
  ['an invitation to a role nobody knows', `UPDATE app.invitations SET role = 'boss'`],
  [
    'one token for two invitations',
    `INSERT INTO app.invitations (id, organisation_id, role, token_hash)
     SELECT gen_random_uuid(), organisation_id, role, token_hash FROM app.invitations`,
  ],
  ['an invitation with half a token', `UPDATE app.invitations SET token_hash = 'abc'`],
  ['a text that came in and is neither due nor done', 'UPDATE app.inbound SET due_at = NULL'],
  ['a text that is due and done', 'UPDATE app.inbound SET done_at = app.clock()'],
  ['a text due at infinity', `UPDATE app.inbound SET due_at = 'infinity'`],
  ['a text without an id of its carrier', `UPDATE app.inbound SET carrier_sid = ''`],
  ['a brief for nobody we know', `UPDATE app.disclosures SET recipient_kind = 'press'`],
  ['half a proof of a link', `UPDATE app.disclosures SET proof_hash = 'abc'`],
  [
    'a journal line by nobody we know',
    `INSERT INTO app.journal (organisation_id, at, kind, actor_kind) VALUES (':organisation', app.clock(), 'x', 'ghost')`,
  ],
  [
    'two links of one recipient to one alert',
    `INSERT INTO app.disclosures (id, organisation_id, alert_id, recipient_kind, recipient_id, link_id, expires_at)
     VALUES (gen_random_uuid(), ':organisation', ':open', 'rescuer', ':recipient', 'link2', app.clock())`,
  ],
  [
    'one link for two recipients',
    `INSERT INTO app.disclosures (id, organisation_id, alert_id, recipient_kind, recipient_id, link_id, expires_at)
     VALUES (gen_random_uuid(), ':organisation', ':open', 'rescuer', gen_random_uuid(), 'link', app.clock())`,
  ],
]

const progress = (kind: string, actor: string) =>
  `INSERT INTO app.alert_progress (id, organisation_id, alert_id, kind, actor_kind, actor_id, at)
   VALUES (gen_random_uuid(), ':organisation', ':open', '${kind}', '${actor}', ':recipient', app.clock())`
const log = (wanted: string, difficulty: number, energy: number) =>
  `INSERT INTO app.alert_logs (alert_id, supporter_id, organisation_id, outcome, wanted, difficulty, energy, follow_up, at)
   VALUES (':open', ':supporter', ':organisation', 'safe', '${wanted}', ${difficulty}, ${energy}, false, app.clock())`
const credential = (token: string) =>
  `INSERT INTO app.credentials (id, organisation_id, supporter_id, token_hash, by_passkey, expires_at)
   SELECT gen_random_uuid(), ':organisation', ':supporter', ${token}, true, app.clock() FROM generate_series(1, 2)`
const challenge = (purpose: string) =>
  `INSERT INTO app.passkey_challenges (id, organisation_id, purpose, challenge, expires_at)
   SELECT gen_random_uuid(), ':organisation', '${purpose}', 'said once', app.clock() FROM generate_series(1, 2)`
const chained = (hash: string) =>
  `INSERT INTO app.journal (organisation_id, at, kind, actor_kind, alert_id, chain_position, chain_hash)
   SELECT ':organisation', app.clock(), 'x', 'service', ':open', 1, ${hash} FROM generate_series(1, 2)`

const answered = (answer: string) =>
  `UPDATE app.supporters SET (number_answer, number_answered_by, number_answered_at) = (${answer})`

const supporters: Refused[] = [
  ['somebody on shift who is not fit for it', `UPDATE app.supporters SET on_shift = true, fit = false`],
  [
    'somebody on shift before the debrief of a hard alert',
    `UPDATE app.supporters SET on_shift = true, debrief_open = true`,
  ],
  ['a check of a number nobody knows', `UPDATE app.supporters SET number_check = 'fine'`],
  ['a check of a number at infinity', `UPDATE app.supporters SET check_due_at = 'infinity'`],
  ['a question to a phone at infinity', `UPDATE app.supporters SET number_asked_at = 'infinity'`],
  ['an answer of a phone nobody knows', answered(`'perhaps', 'reply', app.clock()`)],
  ['an answer of a phone that came in no way', answered(`'confirmed', 'guess', app.clock()`)],
  ['an answer of a phone at infinity', answered(`'confirmed', 'reply', 'infinity'`)],
  ['an answer of a phone that came at no time', answered(`'confirmed', 'reply', NULL`)],
  ['a claim that denies', answered(`'denied', 'claim', app.clock()`)],
  [
    'half a hash of the phone that answered',
    `UPDATE app.supporters SET number_answer = 'denied', number_answered_by = 'reply', number_answered_at = app.clock(),
       number_answer_hash = 'abc'`,
  ],
  ['a phone that answered nothing', `UPDATE app.supporters SET number_answer_hash = sha256('a phone')`],
  ['half a token of a supporter', credential(`'abc'`)],
  ['one token for two credentials', credential(`sha256('same')`)],
  [
    'a passkey without an id',
    `INSERT INTO app.passkeys (id, organisation_id, supporter_id, public_key, counter)
     VALUES ('', ':organisation', ':supporter', 'key', 0)`,
  ],
  ['a challenge for a purpose nobody knows', challenge('try')],
  ['one challenge twice', challenge('enrol')],
  ['progress of a kind nobody knows', progress('tea-made', 'supporter')],
  ['progress by nobody we know', progress('breathing', 'passer-by')],
  ['something taken back that nobody names', progress('withdrawn', 'supporter')],
  [
    'one mistake taken back twice',
    `WITH mistake AS (${progress('breathing', 'supporter')} RETURNING id, organisation_id, alert_id, actor_id)
     INSERT INTO app.alert_progress (id, organisation_id, alert_id, kind, actor_kind, actor_id, at, withdraws)
     SELECT gen_random_uuid(), organisation_id, alert_id, 'withdrawn', 'supporter', actor_id, app.clock(), id
     FROM mistake, generate_series(1, 2)`,
  ],
  ['a log that does not say whether it was wanted', log('perhaps', 3, 3)],
  ['a difficulty of six', log('yes', 6, 3)],
  ['an energy of nothing', log('yes', 3, 0)],
  ['a close by nobody we know', alert(`closed_by_kind = 'passer-by'`)],
  ['two lines in one place of the chain', chained(`sha256('h')`)],
  ['a line with half a hash', chained(`'abc'`)],
  [
    'a chain with half a head',
    `INSERT INTO app.journal_chains (alert_id, organisation_id, head) VALUES (gen_random_uuid(), ':organisation', 'abc')`,
  ],
  [
    'a tombstone that does not say how it ended',
    `INSERT INTO app.journal_chains (alert_id, organisation_id, removed_at) VALUES (gen_random_uuid(), ':organisation', app.clock())`,
  ],
  ['a watch that ends at infinity', session(`ends_at = 'infinity'`)],
  [
    'two watches after one rescue',
    `UPDATE app.sessions SET after_session_id = ':alerting' WHERE id IN (':counting', ':prompting')`,
  ],
]

const organisation = (change: string) => `UPDATE app.organisations SET ${change} WHERE id = ':organisation'`
const ladder = (fields: { steps?: string; version?: string }) =>
  `INSERT INTO app.ladders (id, organisation_id, name, steps, version)
   VALUES (gen_random_uuid(), ':organisation', 'l', '${fields.steps ?? '[{}]'}', ${fields.version ?? 1})`
const site = (fields: { code?: string; version?: number; templateVersion?: number }, count = 1) =>
  `INSERT INTO app.sites (id, organisation_id, template, join_code, version, template_version)
   SELECT gen_random_uuid(), ':organisation', '{}', '${fields.code ?? 'BCDFGHJK'}', ${fields.version ?? 1},
     ${fields.templateVersion ?? 1} FROM generate_series(1, ${count})`
const settingVersion = (kind: string, thing: string, version: number) =>
  `INSERT INTO app.settings_versions (organisation_id, kind, thing, version, content)
   VALUES (':organisation', '${kind}', '${thing}', ${version}, '{}')`
const audit = (action: string, thing: string) =>
  `INSERT INTO app.audit (organisation_id, actor_id, action, thing) VALUES (':organisation', ':supporter', '${action}', '${thing}')`

const configured: Refused[] = [
  ['an organisation before its first version', organisation('version = 0')],
  ['prompts before their first version', organisation('prompts_version = 0')],
  ['a floor below nobody', organisation('staffing_floor = -1')],
  ['a ladder without a step', ladder({ steps: '[]' })],
  ['a ladder before its first version', ladder({ version: '0' })],
  [
    'a second default ladder',
    `INSERT INTO app.ladders (id, organisation_id, name, steps, is_default)
     VALUES (gen_random_uuid(), ':organisation', 'l', '[{}]', true)`,
  ],
  [
    'a rhythm before its first version',
    `INSERT INTO app.rhythms (id, organisation_id, name, intervals_seconds, position, version)
     VALUES (gen_random_uuid(), ':organisation', 'r', '{60}', 9, 0)`,
  ],
  ['a supporter before their first version', `UPDATE app.supporters SET version = 0`],
  ['a code with a letter that is mistaken for another', site({ code: 'BCDFGHJ0' })],
  ['one code for two sites', site({}, 2)],
  ['a site before its first version', site({ version: 0 })],
  ['a template before its first version', site({ templateVersion: 0 })],
  ['a plan of a site without a version', plan('site_version = 1')],
  ['a version of a thing nobody knows', settingVersion('weather', 'x', 1)],
  ['a version of nothing', settingVersion('ladder', '', 1)],
  ['a version before the first', settingVersion('ladder', 'x', 0)],
  [
    'feedback that is neither',
    `INSERT INTO app.feedback (id, organisation_id, kind, language, sealed) VALUES (gen_random_uuid(), ':organisation', 'praise', 'en', '{}')`,
  ],
  ['a language that is none', `UPDATE app.sessions SET language = 'Welsh' WHERE id = ':counting'`],
  [
    'two browsers of one session',
    `INSERT INTO app.push_subscriptions (session_id, organisation_id, sealed) SELECT id, organisation_id, '{}'::jsonb
       FROM app.sessions, generate_series(1, 2) WHERE id = ':counting'`,
  ],
  ['a push that brings an address with it', `UPDATE app.messages SET channel = 'push' WHERE id = ':message'`],
  ['a change that is no word', audit('Changed It', 'x')],
  ['a change of nothing', audit('changed', '')],
]

const schedule = (fields: { version?: number; every?: string; bound?: number; next?: string }) =>
  `INSERT INTO app.synthetic_alerts (organisation_id, version, every_minutes, bound_seconds, next_due_at)
   VALUES (':organisation', ${fields.version ?? 1}, ${fields.every ?? 'NULL'}, ${fields.bound ?? 120}, ${fields.next ?? 'NULL'})`
const runs = (
  fields: { session?: string; miss?: string; outcome?: string; reason?: string; closed?: string },
  count = 1,
) =>
  `INSERT INTO app.synthetic_runs (id, organisation_id, session_id, started_at, due_at, miss_due_at, outcome, reason, closed_at)
   SELECT gen_random_uuid(), ':organisation', ${fields.session ?? 'NULL'}, app.clock(), app.clock(), ${fields.miss ?? 'app.clock()'},
     '${fields.outcome ?? 'running'}', ${fields.reason ?? 'NULL'}, ${fields.closed ?? 'NULL'} FROM generate_series(1, ${count})`
const missed = runs({ outcome: 'missed', reason: `'no-reply'`, closed: 'app.clock()' })
const incident = (severity: string, title: string, words: number, closing: number) =>
  `INSERT INTO app.incidents (id, organisation_id, severity, title, words, opened_at, opened_by, closing_words)
   VALUES (gen_random_uuid(), ':organisation', '${severity}', '${title}', repeat('x', ${words}), app.clock(), ':supporter',
     repeat('x', ${closing}))`

const proof: Refused[] = [
  ['a schedule before its first version', schedule({ version: 0 })],
  ['a test every minute', schedule({ every: '1', next: 'app.clock()' })],
  ['a bound of a second', schedule({ bound: 1 })],
  ['nobody paged for a reason that is none', `${missed}; UPDATE app.synthetic_runs SET not_paged = 'asleep'`],
  [
    'a miss that paged, and nobody was',
    `${missed}; UPDATE app.synthetic_runs SET paged_at = closed_at, not_paged = 'no-pager'`,
  ],
  ['a schedule due at infinity', schedule({ every: '5', next: `'infinity'` })],
  ['a schedule that is never due', schedule({ every: '5' })],
  ['a test due without a schedule', schedule({ next: 'app.clock()' })],
  ['a test that is never a miss', runs({ miss: `'infinity'` })],
  ['an outcome nobody knows', runs({ outcome: 'perhaps', closed: 'app.clock()' })],
  ['a test that is over at no time', runs({ outcome: 'proved' })],
  ['a miss without a reason', runs({ outcome: 'missed', closed: 'app.clock()' })],
  ['two tests at once', runs({}, 2)],
  ['two tests of one session', runs({ session: `':counting'`, outcome: 'proved', closed: 'app.clock()' }, 2)],
  ['fewer than no rows', 'INSERT INTO app.sweep_minutes (minute_at, found) VALUES (app.clock(), -1)'],
  ['an incident as bad as nobody knows', incident('awful', 't', 1, 1)],
  ['an incident without a title', incident('down', '', 1, 1)],
  ['an incident that is a book', incident('down', 't', 1_001, 1)],
  ['an end that is a book', incident('down', 't', 1, 1_001)],
  [
    'an incident with updates without end',
    `${incident('down', 't', 1, 1)}; UPDATE app.incidents SET updates = (SELECT jsonb_agg(n) FROM generate_series(1, 51) n)`,
  ],
]

const goingLive = (fields: { one?: string; carrier?: string; walked?: string; by?: string; since?: string }) =>
  `INSERT INTO app.going_live (one, carrier_hash, walked_at, walked_hash, live_since_at)
   VALUES (${fields.one ?? 'true'}, ${fields.carrier ?? 'NULL'}, ${fields.walked ?? 'NULL'}, ${fields.by ?? 'NULL'}, ${fields.since ?? 'NULL'})`
const restore = (fields: { one?: string; before?: string; until?: string }) =>
  `INSERT INTO app.restores (one, backup_taken_at, held_before_at, held_until_at)
   VALUES (${fields.one ?? 'true'}, app.clock(), ${fields.before ?? 'NULL'}, ${fields.until ?? 'NULL'})`

const keyUse = (fields: { service?: string; keys?: string; seen?: string }) =>
  `INSERT INTO app.key_uses (process_id, service, keys, seen_at) VALUES (gen_random_uuid(),
    ${fields.service ?? `'api'`}, ${fields.keys ?? `'{k-1:0123456789abcdef}'`}, ${fields.seen ?? 'app.clock()'})`

const host: Refused[] = [
  ['a key in use by who holds none', keyUse({ service: `'gateway'` })],
  ['no key in use', keyUse({ keys: `'{}'` })],
  ['a key of no form', keyUse({ keys: `'{k-1}'` })],
  ['a key that is nothing', keyUse({ keys: `ARRAY['k-1:0123456789abcdef', NULL]` })],
  ['keys without end', keyUse({ keys: `array_fill('k-1:0123456789abcdef'::text, ARRAY[17])` })],
  ['a key in use at the end of time', keyUse({ seen: `'infinity'` })],
  ['a second way to live', goingLive({ one: 'false' })],
  ['a carrier that is no hash', goingLive({ carrier: `'\\x00'` })],
  ['a walk through nothing', goingLive({ walked: 'app.clock()' })],
  ['a walk at the end of time', goingLive({ walked: `'infinity'`, by: `sha256('a')` })],
  ['a walk through what is no hash', goingLive({ walked: 'app.clock()', by: `'\\x00'` })],
  ['live from the end of time', goingLive({ since: `'infinity'` })],
  ['a second restore', restore({ one: 'false' })],
  ['a hold without an end', restore({ before: 'app.clock()' })],
  ['a hold of everything for ever', restore({ before: 'app.clock()', until: `'infinity'` })],
  ['a hold of what is not yet due', restore({ before: `'infinity'`, until: 'app.clock()' })],
]

const pattern = (fields: {
  role?: string
  weekday?: number
  starts?: string
  ends?: string
  from?: string
  until?: string
}) =>
  `INSERT INTO app.rota_patterns (id, organisation_id, supporter_id, role, weekday, starts, ends, from_day, until_day)
   VALUES (gen_random_uuid(), ':organisation', ':supporter', '${fields.role ?? 'supporter'}', ${fields.weekday ?? 1},
     '${fields.starts ?? '22:00'}', '${fields.ends ?? '06:00'}', ${fields.from ?? 'NULL'}, ${fields.until ?? 'NULL'})`
const extra = (fields: {
  kind?: string
  who?: string
  role?: string
  day?: string
  starts?: string
  ends?: string
  over?: string
}) =>
  `INSERT INTO app.rota_exceptions (id, organisation_id, kind, supporter_id, role, on_day, starts, ends, over_at)
   VALUES (gen_random_uuid(), ':organisation', '${fields.kind ?? 'extra'}', ${fields.who ?? `':supporter'`},
     '${fields.role ?? 'supporter'}', '${fields.day ?? '2026-11-22'}', '${fields.starts ?? '22:00'}',
     '${fields.ends ?? '06:00'}', ${fields.over ?? 'app.clock()'})`
const swap = (
  fields: { shift?: string; role?: string; starts?: string; ends?: string; state?: string; seen?: string },
  count = 1,
) =>
  `INSERT INTO app.rota_swaps (id, organisation_id, shift_id, role, starts_at, ends_at, state, offered_by, offered_at, seen_by)
   SELECT gen_random_uuid(), ':organisation', '${fields.shift ?? ':supporter'}', '${fields.role ?? 'supporter'}',
     ${fields.starts ?? 'app.clock()'}, ${fields.ends ?? 'app.clock()'}, '${fields.state ?? 'offered'}', ':supporter',
     app.clock(), ${fields.seen ?? 'NULL'} FROM generate_series(1, ${count})`
const gap = (fields: { kind?: string; shift?: string; who?: string; starts?: string; ends?: string }, count = 1) =>
  `INSERT INTO app.staffing_gaps (id, organisation_id, kind, shift_id, supporter_id, people, floor, starts_at, ends_at, found_at)
   SELECT gen_random_uuid(), ':organisation', '${fields.kind ?? 'coming'}', ${fields.shift ?? 'NULL'}, ${fields.who ?? 'NULL'},
     0, 1, ${fields.starts ?? 'app.clock()'}, ${fields.ends ?? 'NULL'}, app.clock() FROM generate_series(1, ${count})`

const staffing: Refused[] = [
  ['an organisation in no time zone', organisation(`time_zone = ''`)],
  ['a warning at the hole itself', organisation('rota_warning_hours = 0')],
  ['staffing before its first version', organisation('staffing_version = 0')],
  ['a shift in a role nobody knows', pattern({ role: 'boss' })],
  ['a shift on the eighth day of the week', pattern({ weekday: 8 })],
  ['a shift from 24:00', pattern({ starts: '24:00' })],
  ['a shift until a minute that no hour has', pattern({ ends: '06:60' })],
  ['a shift from a day that is no date', pattern({ from: `'Monday'` })],
  ['a shift until a day that is no date', pattern({ until: `'Monday'` })],
  ['an exception of a kind nobody knows', extra({ kind: 'maybe', who: 'NULL' })],
  ['a shift that is off and that no pattern has', extra({ kind: 'off', who: 'NULL' })],
  ['one more shift of nobody', extra({ who: 'NULL' })],
  ['one more shift in a role nobody knows', extra({ role: 'boss' })],
  ['one more shift on a day that is no date', extra({ day: 'Sunday' })],
  ['one more shift from 24:00', extra({ starts: '24:00' })],
  ['one more shift until a minute that no hour has', extra({ ends: '06:60' })],
  ['an exception that is never over', extra({ over: `'infinity'` })],
  [
    'one shift that is off twice',
    `WITH pattern AS (${pattern({})} RETURNING id, organisation_id)
     INSERT INTO app.rota_exceptions (id, organisation_id, kind, pattern_id, on_day, over_at)
     SELECT gen_random_uuid(), organisation_id, 'off', id, '2026-11-22', app.clock() FROM pattern, generate_series(1, 2)`,
  ],
  ['an offer of no shift', swap({ shift: '' })],
  ['an offer in a role nobody knows', swap({ role: 'boss' })],
  ['an offer of a shift that began before all time', swap({ starts: `'-infinity'` })],
  ['an offer of a shift without end', swap({ ends: `'infinity'` })],
  ['an offer in a state nobody knows', swap({ state: 'refused' })],
  ['a shift that nobody took and that is taken', swap({ state: 'taken' })],
  ['an offer that somebody saw at no time', swap({ seen: `':supporter'` })],
  ['one shift offered twice', swap({}, 2)],
  ['a gap of a kind nobody knows', gap({ kind: 'felt' })],
  ['a gap in no shift', gap({ shift: `''` })],
  ['a gap that never comes', gap({ starts: `'infinity'` })],
  ['a gap until the end of time', gap({ ends: `'infinity'` })],
  ['a shift that nobody has not come to', gap({ kind: 'not-come' })],
  ['two gaps now', gap({ kind: 'now' }, 2)],
  [
    'one shift that one person twice has not come to',
    gap({ kind: 'not-come', shift: `':supporter'`, who: `':supporter'` }, 2),
  ],
  [
    'staffing that is looked at at infinity',
    `INSERT INTO app.rota_looks (organisation_id, due_at) VALUES (':organisation', 'infinity')`,
  ],
  ['a round of retention of nothing', `INSERT INTO app.retention_rounds (what, last_at) VALUES ('', app.clock())`],
]

const opening = (fields: {
  reason?: string
  key?: string
  publicKey?: string
  expires?: string
  by?: string
  at?: string
  due?: string
  opened?: string
  refused?: string
  sealed?: string
  until?: string
}) =>
  `INSERT INTO app.plan_openings (id, organisation_id, alert_id, reason, key_id, public_key, asked_by, asked_at, asked_with,
     expires_at, confirmed_by, confirmed_at, confirmed_with, due_at, opened_at, refused_code, sealed, readable_until_at)
   VALUES (gen_random_uuid(), ':organisation', ':open', '${fields.reason ?? 'safeguarding'}', '${fields.key ?? 'k'}',
     '${fields.publicKey ?? 'p'}', ':supporter', app.clock(), '{}', ${fields.expires ?? 'app.clock()'},
     ${fields.by ?? 'NULL'}, ${fields.at ?? 'NULL'}, ${fields.by ? `'{}'` : 'NULL'}, ${fields.due ?? 'NULL'},
     ${fields.opened ?? 'NULL'}, ${fields.refused ?? 'NULL'}, ${fields.sealed ?? 'NULL'}, ${fields.until ?? 'NULL'})`
const confirmed = { by: 'gen_random_uuid()', at: 'app.clock()' }
const signOff = (fields: { piece?: string; hash?: string; as?: string; until?: string }) =>
  `INSERT INTO app.guidance_sign_offs (organisation_id, piece, content_hash, signed_by, qualification, signed_at, review_by)
   VALUES (':organisation', '${fields.piece ?? 'rescue.gb.en'}', '${fields.hash ?? 'A'.repeat(43)}', ':supporter',
     '${fields.as ?? 'nurse'}', app.clock(), '${fields.until ?? '2027-01-01'}')`

const answeredFor: Refused[] = [
  ['a plan that is opened for a reason nobody knows', opening({ reason: 'curious' })],
  ['a plan opened to no key', opening({ key: '' })],
  ['a plan opened to a key that is none', opening({ publicKey: '' })],
  ['an opening that never lapses', opening({ expires: `'infinity'` })],
  ['one person who is both of the two', opening({ ...confirmed, by: `':supporter'` })],
  ['a second person at no time', opening({ by: 'gen_random_uuid()' })],
  ['an opening that is due with one person', opening({ due: 'app.clock()' })],
  ['an opening due at infinity', opening({ ...confirmed, due: `'infinity'` })],
  ['a plan that one person opened', opening({ opened: 'app.clock()', until: 'app.clock()' })],
  ['a refusal that is no word', opening({ refused: `'No!'` })],
  ['a plan that is there and was not opened', opening({ sealed: `'{}'` })],
  ['a plan that can be read for ever', opening({ ...confirmed, opened: 'app.clock()', until: `'infinity'` })],
  ['a signature under no document', signOff({ piece: '' })],
  ['a signature under words that are no hash', signOff({ hash: 'short' })],
  ['a signature of who is nothing', signOff({ as: '' })],
  ['a signature until a day that is no date', signOff({ until: 'never' })],
]

describe.each([
  ['sessions', sessions],
  ['alerts', alerts],
  ['outbox', outbox],
  ['steps', steps],
  ['recipients', recipients],
  ['plans', plans],
  ['supporters and what they record', supporters],
  ['what operators configure', configured],
  ['rota and staffing', staffing],
  ['proof', proof],
  ['what somebody answers for', answeredFor],
  ['what is done at the host', host],
  ['the rest', rest],
])('%s refuse', (_group, rows) => {
  test.each(rows)('%s', async (_what, statement) => {
    const error = await house.db.query(written(statement)).then(
      () => undefined,
      (cause: { code?: string; constraint?: string }) => cause,
    )
    // CHECK, NOT NULL, unique; anything else is a mistake of this list.
    expect(error?.code, 'it was accepted, or refused for another reason').toMatch(/^(23514|23502|23505)$/)
    if (error?.constraint) broken.add(error.constraint)
  })
})

test('no CHECK and no unique index of ours is without a row above', async () => {
  const made = await house.db.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE connamespace = 'app'::regnamespace AND contype = 'c'
     UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relnamespace = 'app'::regnamespace AND i.indisunique AND NOT i.indisprimary`,
  )
  // An instant to look at is the deadline or the alert, which are finite: said twice, broken only together.
  const saidTwice = ['sessions_due_at_check']
  expect(made.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual(saidTwice)
})

const written = (statement: string): string => statement.replace(/:([a-z]+)/g, (all, name) => ids[name] ?? all)
