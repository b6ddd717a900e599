import { randomUUID } from 'node:crypto'
import type { PlanView, SessionView } from '@stillhere/contracts'
import type { Answer, ApiOperations } from './api-operations.ts'
import type { ApiParts } from './api-parts.ts'

/** For tests of this service: everything behind the routes, each call written down. */

export const goodToken = 'A'.repeat(43)
export const supporterToken = 'S'.repeat(43)
export const session: SessionView = {
  id: '11111111-1111-4111-8111-111111111111',
  planId: '22222222-2222-4222-8222-222222222222',
  kind: 'ordinary',
  company: 'timer-only',
  state: 'counting',
  version: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  deadlineAt: '2026-01-01T00:02:00.000Z',
  alertAt: '2026-01-01T00:03:00.000Z',
}
const serverNow = '2026-01-01T00:00:01.000Z'

export interface FakeParts extends ApiParts {
  calls: { name: string; args: unknown[] }[]
  seen: { event: string; fields: Record<string, unknown> }[]
}

export function fakeParts(overrides: Partial<ApiOperations> = {}, parts: Partial<ApiParts> = {}): FakeParts {
  const calls: FakeParts['calls'] = []
  const seen: FakeParts['seen'] = []
  const organisationId = randomUUID()
  const onSession = async (outcome?: 'moved'): Promise<Answer<never>> =>
    ({ kind: 'answer', status: 200, body: { ...(outcome && { outcome }), session, serverNow } }) as never
  const plan: PlanView = { id: session.planId, planVersion: 1, check: 'pending', rescuers: [], readiness: [] }
  const onPlan = (status: 200 | 201) => async (): Promise<Answer<{ plan: PlanView }>> => ({
    kind: 'answer',
    status,
    body: { plan },
  })
  const onAlert = async (): Promise<Answer> => ({ kind: 'refused', code: 'not_found' })
  const operations: ApiOperations = {
    findCaller: async (token) =>
      token === goodToken
        ? { kind: 'device', id: randomUUID(), organisationId }
        : token === supporterToken
          ? { kind: 'supporter', id: randomUUID(), organisationId, role: 'operator' }
          : undefined,
    revokeToken: async () => {},
    findOrganisation: async () => ({ id: organisationId }),
    getService: async (_, { trial, liveUrl, disclosureKey }) => ({
      serverNow,
      trial,
      someoneHere: false,
      rhythms: [],
      countdown: { minSeconds: 60, maxSeconds: 7_200 },
      prompts: [],
      smsNumber: '+447700900000',
      languages: ['en', 'cy'],
      liveUrl,
      disclosureKey,
    }),
    createDevice: async () => ({ deviceId: randomUUID(), token: goodToken, forgetCode: '0000-0000-0000-0000' }),
    forgetDevice: async () => ({ kind: 'answer', status: 200, body: {} }),
    giveFeedback: async () => ({ kind: 'answer', status: 201, body: {} }),
    savePlan: async (_, input) => onPlan(input.how === 'create' ? 201 : 200)(),
    listPlans: async () => ({ kind: 'answer', status: 200, body: { plans: [] } }),
    getPlan: onPlan(200),
    deletePlan: async () => ({ kind: 'answer', status: 200, body: {} }),
    addRescuer: onPlan(201),
    orderRescuers: onPlan(200),
    removeRescuer: async () => ({ kind: 'answer', status: 200, body: {} }),
    rehearseRescuer: async () => ({ kind: 'answer', status: 202, body: {} }),
    rehearseOwnPhone: async () => ({ kind: 'answer', status: 202, body: {} }),
    startSession: async () => ({ kind: 'answer', status: 201, body: { session, serverNow } }),
    getSession: async (_, sessionId) =>
      sessionId === session.id ? onSession() : { kind: 'refused', code: 'not_found' },
    getReceipt: async () => ({ kind: 'answer', status: 200, body: { told: [] } }),
    checkIn: async () => onSession('moved'),
    extendSession: async () => onSession(),
    endSession: async () => onSession(),
    callForHelp: async () => onSession(),
    keepPush: async () => ({ kind: 'answer', status: 200, body: {} }),
    sayWhy: async () => ({ kind: 'answer', status: 200, body: {} }),
    signIn: async () => ({ kind: 'answer', status: 200, body: { token: supporterToken } }),
    startEnrolment: async () => ({ kind: 'answer', status: 200, body: { challenge: 'c' } }),
    finishEnrolment: async () => ({ kind: 'answer', status: 200, body: { token: supporterToken } }),
    startPasskeySignIn: async () => ({ kind: 'answer', status: 200, body: { challenge: 'c' } }),
    finishPasskeySignIn: async () => ({ kind: 'answer', status: 200, body: { token: supporterToken } }),
    revokePasskey: async () => ({ kind: 'answer', status: 200, body: {} }),
    getMe: onAlert,
    putBriefKey: async () => ({ kind: 'answer', status: 200, body: { recipientId: organisationId, keyId: 'k' } }),
    signOut: async () => ({ kind: 'answer', status: 200, body: {} }),
    getShift: async () => ({
      kind: 'answer',
      status: 200,
      body: {
        shift: { onShift: false, fit: true, reachable: false },
        debriefOpen: false,
        signedInUntil: serverNow,
        toLog: [],
        serverNow,
      },
    }),
    setShift: async () => ({
      kind: 'answer',
      status: 200,
      body: { shift: { onShift: false, fit: true, reachable: false } },
    }),
    listSessionCards: async () => ({ kind: 'answer', status: 200, body: { sessions: [], serverNow } }),
    raiseSession: async () => ({ kind: 'answer', status: 200, body: { alert: null, opensAt: serverNow, serverNow } }),
    listAlerts: async () => ({ kind: 'answer', status: 200, body: { alerts: [], onShift: [], serverNow } }),
    getAlert: onAlert,
    getBrief: onAlert,
    claimAlert: onAlert,
    takeOverAlert: onAlert,
    escalateAlert: onAlert,
    standDown: onAlert,
    handOver: onAlert,
    recordProgress: onAlert,
    giveAllClear: onAlert,
    writeAlertLog: onAlert,
    getOrganisation: onAlert,
    changeOrganisation: onAlert,
    listLadders: onAlert,
    createLadder: onAlert,
    changeLadder: onAlert,
    dryRun: onAlert,
    listLadderVersions: onAlert,
    listRhythms: onAlert,
    createRhythm: onAlert,
    changeRhythm: onAlert,
    retireRhythm: onAlert,
    getPrompts: onAlert,
    changePrompts: onAlert,
    listSites: onAlert,
    createSite: onAlert,
    changeSite: onAlert,
    rotateJoinCode: onAlert,
    retireSite: onAlert,
    getPlanTemplate: onAlert,
    listStaff: onAlert,
    addStaff: onAlert,
    changeStaff: onAlert,
    removeStaff: onAlert,
    inviteStaff: onAlert,
    askStaffNumber: onAlert,
    revokeStaffPasskeys: onAlert,
    listShifts: onAlert,
    endShift: onAlert,
    reportFalseAlarms: onAlert,
    reportTimes: onAlert,
    renderReport: () => '',
    showRetention: onAlert,
    getStaffing: onAlert,
    changeStaffing: onAlert,
    askClosing: onAlert,
    takeBackClosing: onAlert,
    confirmClosing: onAlert,
    getRota: onAlert,
    getOwnRota: onAlert,
    addRotaPattern: onAlert,
    endRotaPattern: onAlert,
    addRotaException: onAlert,
    removeRotaDate: onAlert,
    offerShift: onAlert,
    takeShift: onAlert,
    withdrawShift: onAlert,
    seeSwap: onAlert,
    listTexts: onAlert,
    previewText: onAlert,
    changeText: onAlert,
    listAudit: onAlert,
    listPastAlerts: onAlert,
    getTimeline: onAlert,
    listAlertLogs: onAlert,
    listFeedback: onAlert,
    listGuidanceSignOffs: onAlert,
    signGuidance: onAlert,
    withdrawGuidance: onAlert,
    listOpenings: onAlert,
    askOpening: onAlert,
    confirmOpening: onAlert,
    exportAlert: onAlert,
    getBoard: onAlert,
    getBoardHistory: onAlert,
    getSyntheticAlerts: onAlert,
    changeSyntheticAlerts: onAlert,
    runSyntheticAlert: onAlert,
    listIncidents: onAlert,
    openIncident: onAlert,
    updateIncident: onAlert,
    closeIncident: onAlert,
    getStatus: onAlert,
    openRescueLink: async () => ({
      kind: 'answer',
      status: 200,
      body: { state: 'open', minimum: 'A'.repeat(40), othersGoing: 0 },
    }),
    recordProgressByLink: async () => ({ kind: 'answer', status: 200, body: { state: 'owned' } }),
    replyByLink: async () => ({ kind: 'answer', status: 200, body: { state: 'owned' } }),
    storeInboundText: async () => ({ kind: 'stored' }),
    recordReceipt: async () => 'applied',
    describeCall: async () => ({ kind: 'alert', code: '4821', to: 'rescuer', language: 'en' }),
    recordDigits: async ({ digit }) => (digit === '1' ? { kind: 'noted', said: 'going-noted' } : { kind: 'menu' }),
    ...overrides,
  }
  for (const [name, act] of Object.entries(operations)) {
    Object.assign(operations, {
      [name]: (...args: unknown[]) => {
        calls.push({ name, args })
        return (act as (...given: unknown[]) => unknown)(...args)
      },
    })
  }
  const see = (event: string) => (fields: object) => void seen.push({ event, fields: { ...fields } })
  const sealed = { keyId: 'k', enc: 'e', ciphertext: 'c' }
  return {
    calls,
    seen,
    operations,
    seal: {
      word: async () => sealed,
      inbound: async () => sealed,
      note: async () => sealed,
      staffNumber: async () => sealed,
      testHandset: async () => ({ plan: sealed, number: sealed }),
      feedback: async () => sealed,
    },
    webhooks: { publicUrl: 'https://api.example', tokens: ['token-token-token'] },
    events: {
      refused: see('refused'),
      failed: see('failed'),
      answerMisfit: see('answerMisfit'),
      callbackIgnored: see('callbackIgnored'),
    },
    service: {
      trial: true,
      liveUrl: 'ws://localhost:1/v1/live',
      disclosureKey: { keyId: 'k', publicKey: `BA${'A'.repeat(85)}` },
    },
    webOrigins: ['http://localhost:4000'],
    trustedProxies: [],
    // A loaded machine is no finding of the tests of answers.
    unwellFromDelayMs: 0,
    ...parts,
  }
}
