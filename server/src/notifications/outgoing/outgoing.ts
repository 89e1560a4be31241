import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { Config } from '../../config/config.js';
import { ChannelError } from './channel-error.js';
import { checkLiteral, ForbiddenAddress, publicLookup } from './allowed-addresses.js';
import { retryAfterMs } from './retry-after.js';

/** Of an answer that is longer nobody needs the rest, in bytes. */
const LONGEST_ANSWER = 65_536;
/** So many characters of an answer tell a person what is wrong. */
const LONGEST_REASON = 200;

export interface OutgoingRequest {
  method?: 'POST' | 'PATCH' | 'PUT' | 'GET';
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  header: (name: string) => string | undefined;
  text: string;
  /** The text as JSON; undefined when it is none. */
  json: () => unknown;
}

/** Sends requests to addresses that people of a tenant typed in: to the internet alone, unless the hub's own settings allow more. */
@Injectable()
export class Outgoing implements OnApplicationShutdown {
  readonly #agent: Agent;
  readonly #everywhere: boolean;
  readonly #timeoutMs: number;

  constructor({ privateNetworks, channelTimeoutMs }: Config) {
    this.#timeoutMs = channelTimeoutMs;
    this.#everywhere = privateNetworks;
    this.#agent = new Agent({
      connect: { timeout: channelTimeoutMs, ...(!privateNetworks && { lookup: publicLookup }) },
      keepAliveTimeout: 30_000,
      // One that hangs keeps its own connections only.
      connections: 64,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent.destroy();
  }

  /**
   * Redirections are not followed: they lead where nobody has looked.
   * @returns the answer, whatever its status
   * @throws ChannelError when there is none
   */
  async ask(address: string, options: OutgoingRequest): Promise<Answer> {
    const url = this.#checked(address);
    try {
      const { statusCode, headers, body } = await request(url, {
        method: 'POST',
        ...options,
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      const text = withoutSecrets(await beginOf(body), url, options.headers);
      return {
        status: statusCode,
        header: (name) => [headers[name]].flat()[0],
        text,
        json: () => parsed(text),
      };
    } catch (error) {
      throw unreachable(url, error as Error, this.#timeoutMs);
    }
  }

  /**
   * As `ask`, for who only wants to know whether it was taken.
   * @throws ChannelError when it was not: what asks to be tried again is temporary, the rest permanent
   */
  async send(address: string, options: OutgoingRequest): Promise<Answer> {
    const answer = await this.ask(address, options);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refused(answer);
  }

  #checked(address: string): URL {
    if (!URL.canParse(address)) throw new ChannelError('The address is not a URL.', { permanent: true });
    const url = new URL(address);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new ChannelError('Only http and https addresses can be told.', { permanent: true });
    }
    if (this.#everywhere) return url;
    try {
      checkLiteral(url.hostname);
    } catch (error) {
      throw new ChannelError((error as Error).message, { permanent: true });
    }
    return url;
  }
}

/** What a status that is not success means for who wants to send. */
export function refused({ status, header, text }: Answer): ChannelError {
  const said = text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
  const reason = `It answered ${status}${said === '' ? '' : `: ${said}`}`;
  const wait = retryAfterMs(header('retry-after'), Date.now());
  const temporary = status === 408 || status === 425 || status === 429 || status >= 500;
  return new ChannelError(reason, {
    permanent: !temporary,
    ...(temporary && wait !== undefined && { retryAfterMs: wait }),
  });
}

function unreachable({ host }: URL, error: Error, timeoutMs: number): ChannelError {
  const cause = error.cause instanceof Error ? error.cause : error;
  if (cause instanceof ForbiddenAddress) return new ChannelError(cause.message, { permanent: true });
  if (error.name === 'TimeoutError') {
    return new ChannelError(`${host} did not answer within ${timeoutMs / 1000} s.`, { permanent: false });
  }
  // Never the whole address: it may have a secret in its path.
  return new ChannelError(
    `${host} cannot be reached: ${(cause as NodeJS.ErrnoException).code ?? cause.message}`,
    {
      permanent: false,
    },
  );
}

/** Shorter pieces of an address are words such as `api`, and would blank out half of an answer. */
const SECRET_FROM = 8;

/** An answer may say again what it was asked, and everybody may read why a message was not taken. */
function withoutSecrets(
  text: string,
  { pathname, searchParams }: URL,
  headers: Record<string, string> = {},
): string {
  const pieces = [
    ...pathname.split('/'),
    ...searchParams.values(),
    headers.Authorization?.split(' ').at(-1) ?? '',
  ];
  let safe = text;
  for (const piece of pieces) {
    if (piece.length < SECRET_FROM) continue;
    for (const one of [piece, decoded(piece)]) safe = safe.replaceAll(one, '…');
  }
  return safe;
}

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

async function beginOf(body: AsyncIterable<Uint8Array> & { destroy?: () => unknown }): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
    if (length >= LONGEST_ANSWER) break;
  }
  return Buffer.concat(parts).subarray(0, LONGEST_ANSWER).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
