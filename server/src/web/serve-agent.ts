import { resolve } from 'node:path';
import type { RequestHandler } from 'express';

/** Where the agent is packed in the repository, seen from `server/src/web` and from `server/dist/web`. */
const PACKED_BESIDE = resolve(import.meta.dirname, '../../../agent/dist');

export const AGENT_PATH = '/agent.tgz';

/** Hands out the agent that fits this hub. It holds no secret: a host's key is in the command of that host. */
export const serveAgent: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-cache').sendFile('agent.tgz', { root: PACKED_BESIDE }, next);
};
