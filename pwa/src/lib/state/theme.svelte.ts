import { MediaQuery } from 'svelte/reactivity';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'tocsin-theme';

/** Which colours are used: those of the system, unless the person chose otherwise. */
class ThemeManager {
  #chosen = $state<Theme>('auto');
  #system = new MediaQuery('prefers-color-scheme: dark');

  constructor() {
    const stored = localStorage.getItem(STORED);
    this.choose(THEMES.find((theme) => theme === stored) ?? 'auto');
  }

  get chosen(): Theme {
    return this.#chosen;
  }

  get effective(): 'light' | 'dark' {
    if (this.#chosen !== 'auto') return this.#chosen;
    return this.#system.current ? 'dark' : 'light';
  }

  choose(theme: Theme): void {
    this.#chosen = theme;
    localStorage.setItem(STORED, theme);
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }
}

export const theme = new ThemeManager();
