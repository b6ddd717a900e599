import { DOMParser } from '@xmldom/xmldom'

export type Verb =
  | { verb: 'Say'; text: string }
  | { verb: 'Pause'; seconds: number }
  | { verb: 'Gather'; gather: Gather }
  | { verb: 'Redirect'; url: string; method: 'GET' | 'POST' }
  | { verb: 'Hangup' }
  | { verb: 'Message'; text: string }
  | { verb: 'other'; name: string }

export interface Gather {
  prompt: string[]
  /** Absent: the address of the document itself. */
  action: string | undefined
  method: 'GET' | 'POST'
  numDigits: number | undefined
  finishOnKey: string
  timeoutSeconds: number
  actionOnEmptyResult: boolean
  /** False for a Gather that listens for speech only. */
  takesDigits: boolean
}

type Parsed = { kind: 'document'; verbs: Verb[] } | { kind: 'invalid' }

type Node = { nodeType: number; nodeName: string; textContent: string | null; childNodes: Iterable<unknown> }
type Element = Node & { getAttribute(name: string): string | null }

/**
 * The verbs of a TwiML document, in order. Nothing of a document that is not well-formed is obeyed.
 * Source: https://www.twilio.com/docs/voice/twiml
 */
export function parseTwiml(xml: string): Parsed {
  let root: Element | null
  try {
    // Without `onError` the parser writes what it finds, and with it the text of a message, to the console. Its warnings
    // are about attributes without quotes and the like, which Twilio refuses as it refuses the rest.
    const parser = new DOMParser({
      onError: () => {
        throw new Error('TwiML is not well-formed')
      },
    })
    root = parser.parseFromString(xml.trim(), 'text/xml').documentElement as Element | null
  } catch {
    return { kind: 'invalid' }
  }
  if (root?.nodeName !== 'Response') return { kind: 'invalid' }
  return { kind: 'document', verbs: elementsIn(root).map(parseVerb) }
}

function parseVerb(element: Element): Verb {
  const text = (element.textContent ?? '').trim()
  switch (element.nodeName) {
    case 'Say':
      return { verb: 'Say', text }
    case 'Pause':
      return { verb: 'Pause', seconds: wholeNumber(element.getAttribute('length')) ?? 1 }
    case 'Gather':
      return { verb: 'Gather', gather: parseGather(element) }
    case 'Redirect':
      return { verb: 'Redirect', url: text, method: parseMethod(element) }
    case 'Hangup':
    case 'Reject':
      return { verb: 'Hangup' }
    case 'Message':
    case 'Sms': {
      const body = elementsIn(element).find((child) => child.nodeName === 'Body')
      return { verb: 'Message', text: body === undefined ? text : (body.textContent ?? '').trim() }
    }
    default:
      return { verb: 'other', name: element.nodeName }
  }
}

function parseGather(element: Element): Gather {
  const input = element.getAttribute('input') ?? ''
  return {
    prompt: elementsIn(element)
      .filter((child) => child.nodeName === 'Say')
      .map((child) => (child.textContent ?? '').trim()),
    action: element.getAttribute('action') || undefined,
    method: parseMethod(element),
    numDigits: wholeNumber(element.getAttribute('numDigits')),
    finishOnKey: element.getAttribute('finishOnKey') ?? '#',
    timeoutSeconds: wholeNumber(element.getAttribute('timeout')) ?? 5,
    actionOnEmptyResult: element.getAttribute('actionOnEmptyResult') === 'true',
    takesDigits: input === '' || input.includes('dtmf'),
  }
}

function elementsIn(parent: Node): Element[] {
  return ([...parent.childNodes] as Element[]).filter((child) => child.nodeType === 1)
}

function parseMethod(element: Element): 'GET' | 'POST' {
  return element.getAttribute('method')?.toUpperCase() === 'GET' ? 'GET' : 'POST'
}

function wholeNumber(written: string | null): number | undefined {
  return written !== null && /^\d{1,4}$/.test(written) ? Number(written) : undefined
}
