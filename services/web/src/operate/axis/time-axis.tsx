import type { IconNode } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { say } from '../words.ts'
import { fewer, type Mark, movedByKey, rowsOf, snapped, ticks } from './axis.ts'

export interface LaneMark extends Mark {
  /** What it is, in words: its name to whoever does not see it. */
  label: string
  icon: IconNode
  /** What stands in it; without it, when it comes. */
  says?: string
  /** How it looks beside its icon. */
  kind?: 'plain' | 'wrong'
  /** It can be moved; without it, it is where it is. */
  onMove?: (at: number, isDone: boolean) => void
  least?: number
  most?: number
  /** Drawn in another lane as well: one of the two is heard. */
  isEcho?: boolean
}

export interface Lane {
  key: string
  label: string
  marks: readonly LaneMark[]
  /** What comes by itself, again and again: instants. */
  dots?: readonly number[]
  dotsLabel?: string
}

/** Seconds, or minutes where they are whole. */
export function sayAt(seconds: number): string {
  const way = Math.abs(seconds)
  const text =
    way >= 120 && way % 60 === 0 ? say('axis.minutes', { minutes: way / 60 }) : say('axis.seconds', { seconds: way })
  return seconds < 0 ? `−${text}` : text
}

const rem = 16
const markRem = 5
const rowRem = 3.25
const markSize = `min(${markRem}rem, 50%)`

/**
 * Lanes over one axis of seconds: a step lies where it comes. It is moved by hand or by keys, and typed in the list that
 * stands below. Whoever has more to show on the same axis, such as a dry run, brings another lane.
 */
export function TimeAxis(of: { from: number; to: number; lanes: readonly Lane[]; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(640)
  const [fontPx, setFontPx] = useState(rem)
  useEffect(() => {
    const seen = place.current
    if (seen === null) return undefined
    const look = () => {
      setWidth(seen.clientWidth)
      setFontPx(Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || rem)
    }
    const observer = new ResizeObserver(look)
    observer.observe(seen)
    look()
    return () => observer.disconnect()
  }, [])
  const markPx = Math.min(markRem * fontPx, width / 2)
  const perSecond = Math.max(0.01, (width - markPx) / (of.to - of.from))
  // In the browser's own sums, so that nothing lags behind a window that is made smaller.
  const x = (at: number) => `calc(${((at - of.from) / (of.to - of.from)).toFixed(5)} * (100% - ${markSize}))`
  const lines = ticks(of.from, of.to)
  const shown = width / lines.length < 4.5 * fontPx ? fewer(lines) : lines
  return (
    <section class="axis" aria-label={of.label}>
      <div class="axis-tracks" ref={place}>
        <div class="axis-lines" aria-hidden="true">
          {shown.map((at) => (
            <span key={at} class={at === 0 ? 'zero' : ''} style={{ insetInlineStart: x(at) }}>
              {at === 0 ? say('axis.alert') : sayAt(at)}
            </span>
          ))}
        </div>
        {of.lanes.map((lane) => {
          const rows = rowsOf(lane.marks, markPx / perSecond)
          const height = Math.max(1, ...[...rows.values()].map((row) => row + 1)) * rowRem
          return (
            <div key={lane.key} class={`lane ${lane.key}`}>
              <h3>{lane.label}</h3>
              <div class="lane-track" style={{ blockSize: `${height + (lane.dots ? 1 : 0)}rem` }}>
                {lane.marks.map((mark) => (
                  <StepMark
                    key={mark.key}
                    mark={mark}
                    style={{
                      insetInlineStart: x(mark.at),
                      insetBlockStart: `${(rows.get(mark.key) ?? 0) * rowRem}rem`,
                      inlineSize: markSize,
                    }}
                    perSecond={perSecond}
                    reach={of.to}
                  />
                ))}
                {lane.dots?.map((at) => (
                  <span key={at} class="dot" aria-hidden="true" style={{ insetInlineStart: x(at) }} />
                ))}
              </div>
              {lane.dotsLabel && (
                <p class="small dots-label">
                  <span class="dot" aria-hidden="true" /> {lane.dotsLabel}
                </p>
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
}

function StepMark(of: { mark: LaneMark; style: Record<string, string>; perSecond: number; reach: number }) {
  const { mark, perSecond } = of
  const { onMove, at, least = 0, most = of.reach } = mark
  const grip = useRef<{ x: number; at: number } | undefined>(undefined)
  const text = (
    <>
      <Icon of={mark.icon} size={18} /> <span>{mark.says ?? sayAt(at)}</span>
    </>
  )
  const looks = `step-mark ${mark.kind ?? 'plain'} ${onMove ? 'moves' : 'stays'} ${mark.isEcho ? 'echo' : ''}`
  if (onMove === undefined)
    return (
      <span class={looks} style={of.style} role="img" aria-label={`${mark.label}, ${sayAt(at)}`}>
        {text}
      </span>
    )
  // Where the finger is, seconds further on. Not past the end of what is drawn.
  const under = (event: PointerEvent) =>
    grip.current &&
    snapped(grip.current.at + (event.clientX - grip.current.x) / perSecond, least, Math.min(most, of.reach))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a slider, or what is seen of one in another lane
    <span
      class={looks}
      style={of.style}
      title={mark.label}
      role={mark.isEcho ? 'presentation' : 'slider'}
      {...(mark.isEcho
        ? { 'aria-hidden': true }
        : {
            tabIndex: 0,
            'aria-label': mark.label,
            'aria-valuemin': least,
            'aria-valuemax': most,
            'aria-valuenow': at,
            'aria-valuetext': say('axis.after', { time: sayAt(at) }),
          })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        grip.current = { x: event.clientX, at }
      }}
      onPointerMove={(event) => {
        const next = under(event)
        if (next !== undefined && next !== at) onMove(next, false)
      }}
      onPointerUp={(event) => {
        const next = under(event)
        grip.current = undefined
        if (next !== undefined) onMove(next, true)
      }}
      onPointerCancel={() => {
        grip.current = undefined
      }}
      onKeyDown={(event) => {
        const next = movedByKey(event.key, at, least, most, event.shiftKey)
        if (next === undefined) return
        event.preventDefault()
        onMove(next, true)
      }}
    >
      {text}
    </span>
  )
}
