/** Why a connection ended, by Socket.IO's name for it, in words for people. */
const REASONS: Record<string, string> = {
  'transport close': 'the connection was closed',
  'transport error': 'the connection broke',
  'ping timeout': 'the agent did not answer',
  'client namespace disconnect': 'the agent disconnected',
  'server namespace disconnect': 'the hub closed the connection',
  'forced close': 'the connection was closed',
  'parse error': 'the agent sent something unreadable',
};

export const inWords = (reason: string): string => REASONS[reason] ?? reason;
