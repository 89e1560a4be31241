import { describe, expect, it } from 'vitest';
import * as protocol from '../src/protocol/agent-events.js';
import { Frame } from '../src/protocol/frame.js';
import { AgentConfig } from '../src/protocol/host-settings.js';
import { ProcessList } from '../src/protocol/processes.js';
import { checkFor } from '../src/validation.js';
import ack from '../test-vectors/ack.json' with { type: 'json' };
import config from '../test-vectors/config.json' with { type: 'json' };
import processes from '../test-vectors/processes.json' with { type: 'json' };
import bye from '../test-vectors/bye.json' with { type: 'json' };
import frame from '../test-vectors/frame.json' with { type: 'json' };
import frames from '../test-vectors/frames.json' with { type: 'json' };
import handshake from '../test-vectors/handshake.json' with { type: 'json' };
import refusalOfHandshake from '../test-vectors/refusal-of-handshake.json' with { type: 'json' };
import refused from '../test-vectors/refused.json' with { type: 'json' };
import welcome from '../test-vectors/welcome.json' with { type: 'json' };

interface Case {
  name: string;
  message: unknown;
  accepts: boolean;
  /** JSON pointer of the fault, where the message is not accepted. */
  field?: string;
}

describe.each([
  { ...handshake, schema: protocol.AgentHandshake },
  { ...refusalOfHandshake, schema: protocol.HandshakeRefusal },
  { ...welcome, schema: protocol.Welcome },
  { ...frame, schema: Frame },
  { ...frames, schema: protocol.FrameBatch },
  { ...bye, schema: protocol.Bye },
  { ...ack, schema: protocol.Ack },
  { ...refused, schema: protocol.Refusal },
  { ...config, schema: AgentConfig },
  { ...processes, schema: ProcessList },
])('$message', ({ cases, schema }) => {
  const check = checkFor(schema);

  it.each(cases as Case[])('$name: $accepts', ({ message, accepts, field }) => {
    expect(check.accepts(message)).toBe(accepts);
    if (!accepts) expect(check.fault(message).field).toBe(field);
  });
});
