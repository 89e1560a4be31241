import { Environment } from './environment.js';

/** Which hub a command asks, and as whom. */
export interface ClientSettings {
  url: string;
  token?: string;
  email?: string;
  password?: string;
}

/** @throws ConfigError naming the variable and what it should look like */
export function readClientSettings(env: NodeJS.ProcessEnv = process.env): ClientSettings {
  const from = new Environment(env);
  const url = from.url('TOCSIN_URL', ['http:', 'https:'], 'https://tocsin.example.org');
  const token = from.text('TOCSIN_TOKEN');
  const email = from.text('TOCSIN_EMAIL');
  // Blanks may be part of it.
  const password = env.TOCSIN_PASSWORD;
  return {
    url: url ?? 'http://127.0.0.1:8787',
    ...(token !== undefined && { token }),
    ...(email !== undefined && { email }),
    ...(password && { password }),
  };
}
