import { session } from '../state/session.svelte.js';
import { ApiFailure, request, type Method, type RequestOptions } from './request.js';

/**
 * A request in the name of the person who is signed in. A token that the hub refuses is renewed once.
 * @throws ApiFailure
 */
export async function authorized<Answer>(
  method: Method,
  path: string,
  options: Omit<RequestOptions, 'token'> = {},
): Promise<Answer> {
  const token = await session.token();
  try {
    return await request<Answer>(method, path, { ...options, token });
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 401) throw error;
    return request<Answer>(method, path, { ...options, token: await session.renewed(token) });
  }
}
