import { falseAlarmsAnswer, type ReportQuery, reportQuery, retentionAnswer, timesAnswer } from '@stillhere/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from '../api-operations.ts'
import type { ApiParts } from '../api-parts.ts'
import { inTime } from '../in-time.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { refusals, typed } from './typed.ts'

/** Reports for those who pay for the service, and what retention did. */
export function reportRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)
  const config = operate('read-reports')

  routes.get(
    '/v1/operate/reports/false-alarms',
    {
      config,
      schema: {
        summary: 'False alarms by cause; small numbers are hidden',
        querystring: reportQuery,
        response: { 200: falseAlarmsAnswer, ...refusals },
      },
    },
    ({ caller, query, headers }, reply) =>
      sendReport(
        reply,
        wantsCsv(query, headers),
        'false-alarms',
        operations.reportFalseAlarms(caller, query),
        operations,
      ),
  )
  routes.get(
    '/v1/operate/reports/times',
    {
      config,
      schema: {
        summary: 'From the missed deadline to the first text, the claim, 999, somebody there',
        querystring: reportQuery,
        response: { 200: timesAnswer, ...refusals },
      },
    },
    ({ caller, query, headers }, reply) =>
      sendReport(reply, wantsCsv(query, headers), 'times', operations.reportTimes(caller, query), operations),
  )
  routes.get(
    '/v1/operate/retention',
    {
      config,
      schema: { summary: 'What is kept how long, what went when', response: { 200: retentionAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.showRetention(caller)),
  )
}

const wantsCsv = ({ format }: ReportQuery, headers: FastifyRequest['headers']): boolean =>
  format === undefined ? /^\s*text\/csv\b/.test(headers.accept ?? '') : format === 'csv'

async function sendReport(
  reply: FastifyReply,
  csv: boolean,
  name: string,
  report: Promise<Answer>,
  { renderReport }: Pick<ApiParts['operations'], 'renderReport'>,
): Promise<void> {
  if (!csv) return void (await sendAnswer(reply, report))
  const given = await inTime(reply.request, report)
  if (given.kind === 'refused') return void (await sendAnswer(reply, Promise.resolve(given)))
  await reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .serializer((text: string) => text)
    .send(renderReport(given.body))
}
