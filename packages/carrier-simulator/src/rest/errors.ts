import type { FastifyReply } from 'fastify'

/** Answers as Twilio does: `{code, message, more_info, status}`. */
export function sendError(reply: FastifyReply, status: number, code: number, message: string): FastifyReply {
  const more_info = `https://www.twilio.com/docs/errors/${code}`
  if (status === 401) reply.header('www-authenticate', 'Basic realm="Twilio API"')
  return reply.code(status).send({ code, message, more_info, status })
}

export function sendNotFound(reply: FastifyReply, path: string): FastifyReply {
  return sendError(reply, 404, 20_404, `The requested resource ${path} was not found`)
}

/** A reason to refuse a request, found before anything was done. */
export interface Refusal {
  status: number
  code: number
  message: string
}

export function refusal(code: number, message: string, status = 400): Refusal {
  return { status, code, message }
}

export function sendRefusal(reply: FastifyReply, { status, code, message }: Refusal): FastifyReply {
  return sendError(reply, status, code, message)
}
