import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Enrol, Enrolled } from '@tocsin/shared';
import { causeOf } from './refusals.js';

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 64 * 1024;

/** Why a host was not enrolled, in plain words. */
export class EnrolError extends Error {
  /** @param lasting trying again with the same token is in vain */
  constructor(
    message: string,
    readonly lasting: boolean,
  ) {
    super(message);
  }
}

/** Exchanges a token for a key of this host's own. @throws EnrolError */
export async function enrol(hub: string, body: Enrol): Promise<Enrolled> {
  const answer = await post(`${hub}/api/v1/enrol`, body).catch((error: unknown) => {
    throw new EnrolError(`cannot reach ${hub}: ${causeOf(error)}`, false);
  });
  const said = parse(answer.text);
  const { hostId, name, key } = said;
  if (isGood(answer.status) && typeof key === 'string' && typeof name === 'string')
    return { hostId: String(hostId), name, key };
  throw refusalOf(hub, answer, said);
}

interface Answer {
  status: number;
  location: string | undefined;
  text: string;
}

const isGood = (status: number): boolean => status >= 200 && status < 300;

function refusalOf(hub: string, { status, location }: Answer, said: Record<string, unknown>): EnrolError {
  if (status >= 300 && status < 400 && location !== undefined)
    return new EnrolError(`${hub} leads on to ${location}: give that address`, true);
  // What a hub says is meant for people.
  const message =
    typeof said.code === 'string' && typeof said.message === 'string' ? said.message : undefined;
  if (message === undefined)
    return new EnrolError(`something at ${hub} answers ${status}, but it is not a hub`, false);
  if (status === 404) return new EnrolError(`the hub at ${hub} is too old to enrol hosts`, true);
  // 403: the token; 400: what was sent. All else may be different in a moment.
  return new EnrolError(`the hub does not take this host: ${message}`, status === 403 || status === 400);
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `fetch` would do, but loading it costs the agent megabytes for one request. */
function post(url: string, body: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const text = JSON.stringify(body);
    const request = send(
      url,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
        timeout: TIMEOUT_MS,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES) request.destroy(new Error('it answers more than a hub would'));
          else chunks.push(chunk);
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location,
            text: Buffer.concat(chunks).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.end(text);
  });
}
