/** Chromium's event, which the DOM library does not describe. */
interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** Can the app be put on the home screen, and how? */
class Install {
  #prompt = $state.raw<InstallPrompt>();
  #installed = $state(matchMedia('(display-mode: standalone)').matches);

  constructor() {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#prompt = event as InstallPrompt;
    });
    addEventListener('appinstalled', () => {
      this.#installed = true;
      this.#prompt = undefined;
    });
  }

  get installed(): boolean {
    return this.#installed;
  }

  get offered(): boolean {
    return this.#prompt !== undefined;
  }

  /** iPhone and iPad never ask; people have to know where the menu entry is. */
  get byHand(): boolean {
    return (
      /iPhone|iPad/.test(navigator.userAgent) ||
      (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)
    );
  }

  async ask(): Promise<void> {
    await this.#prompt?.prompt();
    this.#prompt = undefined;
  }
}

export const install = new Install();
