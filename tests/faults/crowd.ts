import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionView } from '@stillhere/contracts'
import { ask, eachOf, type HttpAnswer, NoAnswerError } from './ask.ts'
import { type Bounds, checkHistory, firstTextCode, type Verdict } from './check-history.ts'
import type { FaultyStack } from './faulty-stack.ts'
import { acknowledged, type CarrierText, type CommandRecord, History, type SessionHistory } from './history.ts'
import { dramaNumber, type SeededPerson, seedPeople } from './seed-people.ts'

/** Nominal seconds from the deadline to the alert, and the least a countdown may be. */
const PROMPTING_SECONDS = 60
const SHORTEST_COUNTDOWN_SECONDS = 60
/** Requests of the crowd under way at once. */
const WIDTH = 24
/** A device tries again, as the app does, until it has an answer or the case is over. */
const TRY_EVERY_MS = 250
const LOOK_FOR_MS = 15_000

/** One person with their device, and what it knows of its session. */
export interface Member {
  person: SeededPerson
  history: SessionHistory
}

/**
 * Many people at once, through the public API alone; only their devices, plans and agreed rescuers were put there as
 * rows. Every command and every answer goes into the history.
 */
export class Crowd {
  readonly history = new History()
  readonly members: Member[] = []
  /** Milliseconds each acknowledged command took, with when. */
  readonly took: { at: number; ms: number }[] = []
  /** Answers of the kind 503, and whether each said when to come back. */
  readonly turnedAway: { at: number; code: string; retryAfter: boolean }[] = []
  /** Looks that were answered neither 200 nor 404. */
  looksTurnedAway = 0
  readonly #stack: FaultyStack
  #seeded = 0

  constructor(stack: FaultyStack) {
    this.#stack = stack
  }

  /** @param silentEvery every n-th person also has a second rescuer who has not agreed (K6) */
  async join(count: number, silentEvery = 0): Promise<Member[]> {
    const { db, keyring, disclosureKey } = this.#stack
    const from = this.#seeded
    this.#seeded += count
    const seeding = { db, keyring, disclosureKey }
    const people = await seedPeople(seeding, count, (i) => [dramaNumber(from + i)])
    if (silentEvery > 0) await this.#addSilentRescuers(people.filter((_, i) => i % silentEvery === 0))
    const joined = people.map((person) => ({ person, history: this.history.open(person.phones) }))
    this.members.push(...joined)
    return joined
  }

  async #addSilentRescuers(people: readonly SeededPerson[]): Promise<void> {
    const { db, keyring } = this.#stack
    for (const [i, person] of people.entries()) {
      const number = `+447700${String(901_000 + i)}`
      const id = randomUUID()
      await db.query(
        `INSERT INTO app.rescuers (id, organisation_id, plan_id, position, sealed_number, destination, number_hash, consent, number_check)
         VALUES ($1, $2, $3, 2, '{}', $4, $5, 'waiting', 'ok')`,
        [id, person.organisationId, person.planId, await keyring.keepNumber(id, number), keyring.hashNumber(number)],
      )
      this.history.silentPhones.add(number)
    }
  }

  /** Starts everyone so that all alerts fall due within about a tenth of a second of `alertAt` (the countdown's grain). */
  async startAllDueAt(members: readonly Member[], alertAt: number): Promise<void> {
    const { pace } = this.#stack
    await eachOf(members, WIDTH, async (member) => {
      const leftSeconds = ((alertAt - Date.now()) / 1_000) * pace - PROMPTING_SECONDS
      await this.start(member, Math.max(SHORTEST_COUNTDOWN_SECONDS, Math.round(leftSeconds)))
    })
  }

  /** The shortest time from a start to its alert, ms. */
  get shortestMs(): number {
    return ((PROMPTING_SECONDS + SHORTEST_COUNTDOWN_SECONDS) * 1_000) / this.#stack.pace
  }

  start(member: Member, countdownSeconds = SHORTEST_COUNTDOWN_SECONDS, how: How = {}) {
    const { planId } = member.person
    return this.#command(member, 'start', '/v1/sessions', { planId, countdownSeconds, company: 'timer-only' }, how)
  }
  checkIn(member: Member, how: How = {}) {
    return this.#command(member, 'check-in', `/v1/sessions/${this.sessionId(member)}/check-ins`, {}, how)
  }
  end(member: Member, how: How = {}) {
    return this.#command(member, 'end', `/v1/sessions/${this.sessionId(member)}/end`, {}, how)
  }

  help(member: Member, how: How = {}) {
    return this.#command(member, 'help', `/v1/sessions/${this.sessionId(member)}/help`, {}, how)
  }

  /** @throws Error when the start was not acknowledged */
  sessionId(member: Member): string {
    const view = acknowledgedView(member)
    if (!view) throw new Error('this session was never acknowledged')
    return view.id
  }

  async #command(member: Member, kind: CommandRecord['kind'], path: string, fields: object, how: How) {
    const record: CommandRecord = {
      kind,
      commandId: how.commandId ?? randomUUID(),
      askedAt: Date.now(),
      answers: [],
      lostAnswers: 0,
    }
    // A command that another channel has begun is the same command.
    const known = member.history.commands.find(({ commandId }) => commandId === record.commandId)
    if (!known) member.history.commands.push(record)
    const command = known ?? record
    const giveUpAt = Date.now() + (how.tryForMs ?? 30_000)
    for (;;) {
      const answer = await this.#attempt(member, command, path, fields, how)
      if (answer && answer.status < 500 && answer.status !== 429) return answer
      if (how.once || Date.now() > giveUpAt) return answer
      await pause(TRY_EVERY_MS)
    }
  }

  async #attempt(
    member: Member,
    command: CommandRecord,
    path: string,
    fields: object,
    how: How,
  ): Promise<HttpAnswer | undefined> {
    try {
      const answer = await ask('POST', (how.api ?? this.#stack.api) + path, {
        body: { commandId: command.commandId, ...fields },
        token: member.person.token,
        ...(how.api === undefined ? {} : { fresh: true }),
      })
      const at = Date.now()
      const session = answer.status < 300 ? (answer.body.session as SessionView) : undefined
      const code = answer.body.code as string | undefined
      command.answers.push({ at, status: answer.status, ...(session && { session }), ...(code && { code }) })
      if (session) this.took.push({ at, ms: answer.tookMs })
      if (answer.status === 503)
        this.turnedAway.push({ at, code: code ?? '', retryAfter: answer.retryAfter !== undefined })
      return answer
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      command.lostAnswers += 1
      return undefined
    }
  }

  /** Shows every device its session once more; a device whose look is turned away looks again. */
  async look(members: readonly Member[] = this.members): Promise<void> {
    await eachOf(members, WIDTH, async ({ person, history }) => {
      const view = acknowledgedView({ history })
      if (!view) return
      const giveUpAt = Date.now() + LOOK_FOR_MS
      for (;;) {
        const answer = await this.#get(`/v1/sessions/${view.id}`, person.token)
        if (answer?.status === 200) return void history.seen.push({ at: Date.now(), session: answer.body.session })
        if (answer?.status === 404) return
        this.looksTurnedAway += 1
        if (Date.now() > giveUpAt) throw new Error(`a device could not look at its session: ${answer?.status}`)
        await pause(TRY_EVERY_MS)
      }
    })
  }

  async #get(path: string, token: string): Promise<HttpAnswer | undefined> {
    try {
      return await ask('GET', this.#stack.api + path, { token })
    } catch (error) {
      if (error instanceof NoAnswerError) return undefined
      throw error
    }
  }

  /** What some receipts say now of `delivered`; asked several times it may only rise (K7). */
  async lookAtReceipts(members: readonly Member[]): Promise<void> {
    await eachOf(members, WIDTH, async (member) => {
      const id = this.sessionId(member)
      const answer = await this.#get(`/v1/sessions/${id}/receipt`, member.person.token)
      if (answer?.status !== 200) return
      const delivered = (answer.body.told as { delivered?: boolean }[]).some((told) => told.delivered === true)
      this.history.deliveries.set(id, [...(this.history.deliveries.get(id) ?? []), delivered])
    })
  }

  async texts(): Promise<CarrierText[]> {
    return (await ask('GET', `${this.#stack.phones}/sim/texts`, { withinMs: 30_000 })).body.texts
  }

  /** Resolves when the carrier has as many first texts as these, or when the time is over; either way the checker looks. */
  async untilTold(count: number, withinMs: number): Promise<void> {
    const giveUpAt = Date.now() + withinMs
    for (;;) {
      const told = (await this.texts()).filter(({ body }) => firstTextCode(body) !== undefined).length
      if (told >= count || Date.now() > giveUpAt) return
      await pause(200)
    }
  }

  /** Looks at everyone and everything, and lets the checker judge. */
  async check(bounds: Bounds, allowedResends = 0): Promise<Verdict> {
    await this.look()
    const alerting = this.members.filter(({ history }) => history.seen.at(-1)?.session.alert).slice(0, 20)
    await this.lookAtReceipts(alerting)
    await this.lookAtReceipts(alerting)
    const texts = await this.texts()
    return checkHistory({ history: this.history, texts, nowAt: Date.now(), bounds, allowedResends })
  }
}

export interface How {
  commandId?: string
  /** Another origin, such as a line that will be cut; on a connection of its own. */
  api?: string
  once?: boolean
  tryForMs?: number
}

export const acknowledgedView = ({ history }: Pick<Member, 'history'>): SessionView | undefined => {
  const views = history.commands.flatMap((command) => acknowledged(command)?.session ?? [])
  return views.reduce<SessionView | undefined>((a, b) => (a && a.version > b.version ? a : b), undefined)
}

/** The q-th quantile, 0 to 1, of some milliseconds. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
