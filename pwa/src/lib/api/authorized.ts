import { session } from '../state/session.svelte.js';
import { ApiFailure, request, type Method, type RequestOptions } from './request.js';

/**
 * Asks with the token of the person who is signed in. One that the hub refuses is renewed once.
 * @throws ApiFailure
 */
export async function withToken<Answer>(ask: (token: string) => Promise<Answer>): Promise<Answer> {
  const token = await session.token();
  try {
    return await ask(token);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 401) throw error;
    return ask(await session.renewed(token));
  }
}

/** A request in the name of the person who is signed in. @throws ApiFailure */
export const authorized = <Answer>(
  method: Method,
  path: string,
  options: Omit<RequestOptions, 'token'> = {},
): Promise<Answer> => withToken((token) => request<Answer>(method, path, { ...options, token }));
