import { type Browser, type BrowserContextOptions } from 'playwright-core';
import { App } from '../pages/app.js';
import { startAgent } from './agent.js';
import { Api, type CreatedHost } from './api.js';
import { launchBrowser } from './browser.js';
import { Hub } from './hub.js';
import type { Program } from './program.js';

/** A hub with an owner, a browser, and agents as a test asks for them. */
export class Stage {
  readonly #agents: Program[] = [];

  private constructor(
    readonly hub: Hub,
    readonly browser: Browser,
    readonly api: Api,
  ) {}

  static async open(settings: NodeJS.ProcessEnv = {}): Promise<Stage> {
    const [hub, browser] = await Promise.all([Hub.start(undefined, settings), launchBrowser()]);
    return new Stage(hub, browser, await Api.setUp(hub));
  }

  /** Adds a host and starts a real agent of this machine for it. */
  async startHost(name: string, args: string[] = []): Promise<CreatedHost & { agent: Program }> {
    const created = await this.api.createHost(name);
    return { ...created, agent: this.startAgent(created, args) };
  }

  /** Starts an agent with the key of a host that was added before. */
  startAgent({ key }: CreatedHost, args: string[] = []): Program {
    const agent = startAgent(this.hub.url, key.key, args);
    this.#agents.push(agent);
    return agent;
  }

  /** A browser profile of its own in which nobody is signed in. */
  async newApp(options?: BrowserContextOptions): Promise<App> {
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(15_000);
    return new App(await context.newPage(), this.hub.url);
  }

  async signedIn(options?: BrowserContextOptions): Promise<App> {
    const app = await this.newApp(options);
    await app.open();
    await app.signIn();
    return app;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await Promise.all(this.#agents.map((agent) => agent.stop('SIGKILL')));
    await this.hub.remove();
  }
}
