interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}

const worker = '/sw.js'

/** Lets the app open without a network. The policy of the page trusts this one script address and no other. */
export async function registerOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('still-here', {
    createScriptURL(url) {
      if (url !== worker) throw new TypeError('not our script')
      return url
    },
  })
  try {
    await navigator.serviceWorker.register(policy?.createScriptURL(worker) ?? worker)
  } catch {
    // Private windows refuse it; everything but opening offline works without.
  }
}
