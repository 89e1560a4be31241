import type { ApiError, AppliedRules, ApplyRules, RulesFile, Session } from '@tocsin/shared';
import type { ClientSettings } from '../../config/client-settings.js';
import { RulesError } from './rules-error.js';

const ANSWER_WITHIN_MS = 30_000;

/** The REST API of a hub as the person that the settings name. */
export class HubClient {
  readonly #url: string;
  #token?: string;

  constructor(private readonly settings: ClientSettings) {
    this.#url = `${settings.url}/api/v1`;
    this.#token = settings.token;
  }

  export(): Promise<RulesFile> {
    return this.#authorized('GET', '/rules/export');
  }

  apply(body: ApplyRules): Promise<AppliedRules> {
    return this.#authorized('POST', '/rules/apply', body);
  }

  async #authorized<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    this.#token ??= await this.#signIn();
    return this.#ask(method, path, body);
  }

  async #signIn(): Promise<string> {
    const { email, password } = this.settings;
    if (email === undefined || password === undefined) {
      throw new RulesError(
        'set TOCSIN_EMAIL and TOCSIN_PASSWORD, or TOCSIN_TOKEN to an access token, to say who asks',
      );
    }
    return (await this.#ask<Session>('POST', '/auth/login', { email, password })).accessToken;
  }

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const url = this.#url + path;
    const response = await fetch(url, {
      method,
      // What is sent says who asks: it goes where it was told to go, and nowhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      const cause = error.cause instanceof Error ? error.cause.message : error.message;
      throw new RulesError(`no answer from ${url}: ${cause}; TOCSIN_URL says where the hub is`);
    });
    const answer = (await response.json().catch(() => undefined)) as unknown;
    if (response.ok) return answer as Answer;
    const { message = `answered ${response.status}`, field } = (answer ?? {}) as Partial<ApiError>;
    throw new RulesError(field === undefined ? message : `${message} (${field})`);
  }
}
