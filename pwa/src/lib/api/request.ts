import type { ApiError } from '@tocsin/shared';

/** An answer of the hub that is not a success, or none at all (`code` is then `unreachable`). */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** JSON pointer of the field at fault. */
    readonly field?: string,
  ) {
    super(message);
  }
}

export type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface RequestOptions {
  body?: unknown;
  query?: Record<string, QueryValue>;
  token?: string;
  signal?: AbortSignal;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A path under `/api/v1` with its query; a list gives its name several times. */
export function apiUrl(path: string, query: Record<string, QueryValue> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  );
  const search = new URLSearchParams(pairs).toString();
  return `/api/v1${path}${search && `?${search}`}`;
}

async function failure(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => ({}))) as Partial<ApiError>;
  const code = body.code ?? (response.status >= 500 ? 'internal' : 'invalid');
  return new ApiFailure(
    response.status,
    code,
    body.message ?? `The hub answered with status ${response.status}.`,
    body.field,
  );
}

/** The answer of the hub, a success, of which only the head has come. @throws ApiFailure */
export async function send(
  method: Method,
  path: string,
  { body, query, token, signal }: RequestOptions = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), {
      method,
      signal,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFailure(0, 'unreachable', 'The hub cannot be reached. Is it running, and are you online?');
  }
  if (!response.ok) throw await failure(response);
  return response;
}

/** @throws ApiFailure */
export async function request<Answer>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const response = await send(method, path, options);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}
