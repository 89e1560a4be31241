import type { Locator, Page } from 'playwright-core';
import { OWNER } from '../support/api.js';

/** The app as a person finds their way in it: by what is written on things. */
export class App {
  /** What went wrong in the page: exceptions that nobody caught, and what the browser complains of. */
  readonly faults: string[] = [];

  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.on('pageerror', (error) => this.faults.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // That nobody is signed in yet is asked by a request which is refused, and every browser says so.
      const expected = message.location().url.endsWith('/api/v1/auth/refresh');
      if (message.type() === 'error' && !expected) this.faults.push(message.text());
    });
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(new URL(path, this.url).href);
  }

  async createOwner(setupUrl: string): Promise<void> {
    await this.page.goto(setupUrl);
    await this.page.getByLabel('Your name').fill(OWNER.name);
    await this.page.getByLabel('Email').fill(OWNER.email);
    await this.page.getByLabel('Password').fill(OWNER.password);
    await this.page.getByRole('button', { name: 'Create the account' }).click();
    await this.heading('Hosts').waitFor();
  }

  async signIn(): Promise<void> {
    await this.page.getByLabel('Email').fill(OWNER.email);
    await this.page.getByLabel('Password').fill(OWNER.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('navigation', { name: 'Main' }).waitFor();
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  /** The card of a host on the overview. */
  card(name: string): Locator {
    return this.page
      .getByRole('article')
      .filter({ has: this.page.getByRole('heading', { name, exact: true }) });
  }

  /** The entry of an incident on the incidents page. */
  incident(ruleName: string): Locator {
    return this.page.getByRole('article').filter({ hasText: ruleName });
  }

  /** A graph with its legend on the page of a host. */
  panel(title: string): Locator {
    return this.page
      .locator('section')
      .filter({ has: this.page.getByRole('heading', { name: title, exact: true }) });
  }

  /** The value beside a label in a list of values, for instance `CPU`. */
  value(within: Locator, label: string): Locator {
    const term = this.page.getByRole('term').filter({ hasText: new RegExp(`^${label}`) });
    return within.locator('dl > div').filter({ has: term }).getByRole('definition');
  }

  /** Adds a host in the dialog, which stays open; returns the command that it shows. */
  async addHost(name: string): Promise<string> {
    await this.page.getByRole('button', { name: 'Add a host' }).first().click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Try without installing' }).click();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Get the command' }).click();
    return (await dialog.locator('pre').innerText()).trim();
  }

  get connectionLost(): Locator {
    return this.page.getByRole('status').filter({ hasText: 'Connection lost' });
  }
}

/** Waits until an element says something else than now. */
export async function changes(element: Locator): Promise<void> {
  const before = await element.innerText();
  const handle = await element.elementHandle();
  await element
    .page()
    .waitForFunction(([node, text]) => (node as HTMLElement).innerText !== text, [handle, before] as const);
}

/** Resolves in the page at the moment at which an element says the word: UTC ms. */
export function saysAt(element: Locator, word: string): Promise<number> {
  return element.evaluate(
    (node, word) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (!node.textContent.includes(word)) return;
          observer.disconnect();
          resolve(Date.now());
        };
        const observer = new MutationObserver(look);
        observer.observe(node, { subtree: true, childList: true, characterData: true });
        look();
      }),
    word,
  );
}
