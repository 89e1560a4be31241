import { Agent, request, type IncomingMessage } from 'node:http';
import type { EngineAddress } from './engine-address.js';

const TIMEOUT_MS = 5_000;
/** More than any answer by far. */
const LONGEST = 32 * 1024 * 1024;

/** What the engine answered instead of a result. */
export class EngineRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Asks the HTTP API that Docker and Podman have in common. */
export class EngineClient {
  // A list, a look at a container and a question for its figures may be on their way, and nothing more.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  /** What the engine calls itself, known from its first answer on. */
  product: 'Docker' | 'Podman' | undefined;

  constructor(private readonly address: EngineAddress) {}

  /** @returns the answer as it was parsed. @throws EngineRefusal, or an Error when there is no answer in time */
  async get(path: string): Promise<unknown> {
    const response = await this.#request(path, this.#agent);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LONGEST) throw new Error('the answer is too long');
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString();
    if (response.statusCode !== 200) throw new EngineRefusal(response.statusCode ?? 0, reason(text));
    return JSON.parse(text);
  }

  /**
   * Follows an answer that never ends.
   *
   * @param onEnd called once, also after `stop`
   * @returns how to stop
   */
  async follow(path: string, onLine: (line: string) => void, onEnd: () => void): Promise<() => void> {
    const response = await this.#request(path);
    if (response.statusCode !== 200) {
      response.destroy();
      throw new EngineRefusal(response.statusCode ?? 0, `${path} answers ${response.statusCode}`);
    }
    let rest = '';
    response.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) onLine(line);
      if (rest.length > LONGEST) response.destroy();
    });
    response.on('error', () => undefined); // `close` follows
    response.on('close', onEnd);
    return () => response.destroy();
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(path: string, agent?: Agent): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { ...this.address, path, headers: { host: 'localhost' } };
      const asked = request({ ...options, agent: agent ?? false }, (response) => {
        // From here on silence is no fault of an answer that never ends.
        if (agent === undefined) clearTimeout(timer);
        else response.on('close', () => clearTimeout(timer));
        this.product ??= /libpod/i.test(String(response.headers.server)) ? 'Podman' : 'Docker';
        resolve(response);
      });
      const timer = setTimeout(
        () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
        TIMEOUT_MS,
      );
      asked.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      asked.end();
    });
  }
}

/** Engines explain a refusal as `{"message": "…"}`. */
function reason(text: string): string {
  try {
    return String((JSON.parse(text) as { message: unknown }).message);
  } catch {
    return text.slice(0, 100);
  }
}
