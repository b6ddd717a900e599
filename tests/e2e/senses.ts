import type { Page } from 'playwright-core'

/** Writes down what would be heard and felt, and lets a test press the key of a headset. */
export const noteSenses = (page: Page) =>
  page.addInitScript(`
    window.sounds = []
    window.buzzes = []
    window.mediaKeys = {}
    const start = OscillatorNode.prototype.start
    const stop = OscillatorNode.prototype.stop
    OscillatorNode.prototype.start = function (when) {
      this.sound = { inMs: (when - this.context.currentTime) * 1000, shape: this.type, stopped: false }
      window.sounds.push(this.sound)
      start.call(this, when)
    }
    OscillatorNode.prototype.stop = function (when) {
      if (when === undefined) this.sound.stopped = true
      stop.call(this, when)
    }
    navigator.vibrate = (pattern) => window.buzzes.push(pattern) > 0
    navigator.mediaSession.setActionHandler = (action, handler) => { window.mediaKeys[action] = handler }`)
/** What was handed to the audio clock and has not been taken back. */
export const soundsOf = async (page: Page) =>
  (await page.evaluate<{ inMs: number; shape: string; stopped: boolean }[]>('window.sounds')).filter((s) => !s.stopped)
