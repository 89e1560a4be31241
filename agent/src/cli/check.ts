import type { Configuration, Credentials } from '../config/read-config.js';
import { introduce } from '../identity.js';
import { tryConnection } from '../transport/try-connection.js';

/** Says what is wrong with the configuration or the connection. @returns whether all is well */
export async function check(
  { settings, warnings }: Configuration,
  credentials: Credentials,
): Promise<boolean> {
  for (const warning of warnings) console.log(`warning: ${warning}`);
  console.log('The configuration is right.');
  const attempt = await tryConnection(credentials.hub, await introduce(credentials, settings));
  if ('trouble' in attempt) {
    console.log(`No connection: ${attempt.trouble}.`);
    return false;
  }
  console.log(`The hub at ${credentials.hub} knows this host as ${attempt.welcome.name}.`);
  if (attempt.polling) console.log('No WebSocket gets through, long polling does.');
  return true;
}
