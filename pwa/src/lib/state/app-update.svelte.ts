const CHECK_MS = 60 * 60_000;

/** Is a newer version of the app waiting to take over? */
class AppUpdate {
  #ready = $state(false);
  #apply: (() => Promise<void>) | undefined;

  get ready(): boolean {
    return this.#ready;
  }

  /** Registers the service worker, where there may be one: on TLS and on this machine itself. */
  async register(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    const { registerSW } = await import('virtual:pwa-register');
    this.#apply = registerSW({
      onNeedRefresh: () => (this.#ready = true),
      onRegisteredSW: (_url, registration) => {
        // A wall display is never reloaded by hand.
        if (registration) setInterval(() => void registration.update().catch(() => {}), CHECK_MS);
      },
    });
  }

  async apply(): Promise<void> {
    await this.#apply?.();
  }
}

export const appUpdate = new AppUpdate();
