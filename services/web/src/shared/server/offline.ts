interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}

/**
 * Lets a page open without a network. The policy of the page trusts this one script address and no other.
 * @param worker the script, and which addresses are its own: the whole app's, or those below `scope`
 */
export async function registerOffline(worker = '/sw.js', scope = '/'): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('still-here', {
    createScriptURL(url) {
      if (url !== worker) throw new TypeError('not our script')
      return url
    },
  })
  try {
    await navigator.serviceWorker.register(policy?.createScriptURL(worker) ?? worker, { scope })
  } catch {
    // Private windows refuse it; everything but opening offline works without.
  }
}
