import { createHmac } from 'node:crypto';
import type { ChannelKind, ChannelSettings, Incident } from '@tocsin/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { json, Vendor } from '../../../test/vendor.js';
import { Config } from '../../config/config.js';
import { messageOf } from '../delivery/message-of.js';
import { ChannelError, MessageGone } from '../outgoing/channel-error.js';
import { Outgoing } from '../outgoing/outgoing.js';
import type { ChannelSender, Message } from './channel-sender.js';
import { Discord } from './discord/discord.js';
import { Ntfy } from './ntfy/ntfy.js';
import { Slack } from './slack/slack.js';
import { Telegram } from './telegram/telegram.js';
import { Webhook } from './webhook/webhook.js';

const TIMEOUT_MS = 300;
const NOW = 1_800_000_000_000;

const incident = (over: Partial<Incident> = {}): Incident => ({
  ...{ id: 'a'.repeat(24), ruleId: '2', ruleName: 'Disk full', hostId: '3', hostName: 'web-1' },
  ...{
    metric: 'disk.usage',
    instance: '/var',
    severity: 'critical',
    status: 'open',
    since: NOW,
    openedAt: NOW,
  },
  ...{ comparison: '>=', firesAt: 90, openedValue: 95, worstValue: 95, lastValue: 95, ...over },
});

function message(over: Partial<Incident> = {}, now = NOW): Message {
  const one = incident(over);
  const { id: incidentId, severity, ruleName, hostName, status } = one;
  const kind = status === 'resolved' ? 'resolved' : 'firing';
  const items = [{ incidentId, kind, severity, ruleName, hostName } as const];
  return messageOf('m1', items, new Map([[incidentId, one]]), 'https://tocsin.example.org', now)!;
}

interface Case {
  sender: (outgoing: Outgoing, url: string) => unknown;
  settings: (url: string) => object;
  accepts: ReturnType<typeof json>;
  receipt?: string;
  tooMany: ReturnType<typeof json>;
  /** Expects that nothing in what the service got means anything to it but what we meant. */
  harmless: (body: Record<string, unknown>) => void;
}

const apart = (url: string) => new Config({ dataDir: '/nowhere', telegramApi: url });

const CASES: { [Kind in ChannelKind]: Case } = {
  telegram: {
    sender: (outgoing, url) => new Telegram(outgoing, apart(url)),
    settings: () => ({ token: `12345:${'x'.repeat(35)}`, chatId: '-100' }),
    accepts: json(200, { ok: true, result: { message_id: 77 } }),
    receipt: '-100 77',
    tooMany: json(429, {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 7 },
    }),
    harmless: ({ text }) => {
      expect(text).not.toMatch(/<(?!\/?b>)/);
      expect(text).not.toMatch(/@everyone/);
    },
  },
  discord: {
    sender: (outgoing) => new Discord(outgoing),
    settings: (url) => ({ url: `${url}/api/webhooks/1/a-long-token` }),
    accepts: json(200, { id: '88' }),
    receipt: '88',
    tooMany: json(
      429,
      { message: 'You are being rate limited.', retry_after: 7, global: false },
      { 'Retry-After': '8' },
    ),
    harmless: ({ content, embeds, allowed_mentions: allowed }) => {
      expect([content, allowed]).toEqual(['', { parse: [] }]);
      const [{ title, description }] = embeds as unknown as [{ title: string; description: string }];
      for (const text of [title, description]) expect(text).not.toMatch(/(?<!\\)[*_`~|<>[\]#]/);
    },
  },
  slack: {
    sender: (outgoing) => new Slack(outgoing),
    settings: (url) => ({ url: `${url}/services/T0/B0/a-long-token` }),
    accepts: (_, response) => void response.end('ok'),
    tooMany: json(429, { ok: false, error: 'ratelimited' }, { 'Retry-After': '7' }),
    harmless: (body) => {
      expect(body.text).not.toMatch(/[<>]/);
      expect(JSON.stringify(body.blocks)).not.toContain('mrkdwn');
    },
  },
  ntfy: {
    sender: (outgoing) => new Ntfy(outgoing),
    settings: (url) => ({ url, topic: 'alerts', token: 'tk_long_token' }),
    accepts: json(200, { id: 'x', event: 'message' }),
    tooMany: json(429, { code: 42901, error: 'limit reached' }, { 'Retry-After': '7' }),
    harmless: (body) => expect(body).not.toHaveProperty('markdown'),
  },
  webhook: {
    sender: (outgoing) => new Webhook(outgoing),
    settings: (url) => ({ url: `${url}/a-long-hook`, secret: 'a long enough secret' }),
    accepts: json(200, {}),
    tooMany: json(429, {}, { 'Retry-After': '7' }),
    harmless: ({ version }) => expect(version).toBe(1),
  },
};

let vendor: Vendor;
let outgoing: Outgoing;
beforeAll(() => {
  const settings = { privateNetworks: true, channelTimeoutMs: TIMEOUT_MS };
  outgoing = new Outgoing(new Config({ dataDir: '/nowhere', ...settings }));
});
afterAll(() => outgoing.onApplicationShutdown());
beforeEach(async () => {
  vendor = await Vendor.start(json(200, {}));
});
afterEach(() => vendor.stop());

describe.each(Object.entries(CASES))(
  '%s',
  (_, { sender: make, settings, accepts, receipt, tooMany, harmless }) => {
    const channel = () => make(outgoing, vendor.url) as ChannelSender;
    const send = (what = message()) => channel().send(what, settings(vendor.url) as never);
    const failure = async (): Promise<ChannelError> => {
      const error: unknown = await send().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ChannelError);
      return error as ChannelError;
    };

    it('sends what is wrong, where, and where to see more', async () => {
      vendor.answer = accepts;
      expect(await send()).toBe(receipt);
      expect(vendor.received).toHaveLength(1);
      const [{ text }] = vendor.received as [(typeof vendor.received)[0]];
      expect(text).toContain('Critical: web');
      expect(text).toContain('95 %');
      expect(text).toContain('https://tocsin.example.org/incidents/aaaaaaaaaaaaaaaaaaaaaaaa');
    });

    it('gives up what is refused, with the reason and without the secret, though it is said again', async () => {
      vendor.answer = ({ path, headers: { authorization = '' } }, response) =>
        json(403, { ok: false, description: `not you: ${path} ${authorization}` })({} as never, response);
      const { permanent, message: reason } = await failure();
      expect(permanent).toBe(true);
      expect(reason).toContain('403');
      for (const secret of ['xxxxxxxx', 'a-long-token', 'tk_long_token', 'a-long-hook']) {
        expect(reason).not.toContain(secret);
      }
    });

    it('tries again what the other side could not do', async () => {
      vendor.answer = json(502, {});
      expect(await failure()).toMatchObject({ permanent: false });
    });

    it('waits as long as it is asked to', async () => {
      vendor.answer = tooMany;
      expect(await failure()).toMatchObject({ permanent: false, retryAfterMs: 7_000 });
    });

    it('tries again when nobody answers', async () => {
      vendor.answer = () => {};
      expect(await failure()).toMatchObject({
        permanent: false,
        message: expect.stringContaining('did not answer') as string,
      });
    });

    it('tries again when the answer never ends', async () => {
      vendor.answer = (_received, response) =>
        void response.writeHead(200, { 'Content-Length': '100' }).write('x');
      expect(await failure()).toMatchObject({ permanent: false });
    });

    it('tries again when the connection breaks', async () => {
      vendor.answer = (_received, response) => void response.socket?.resetAndDestroy();
      expect(await failure()).toMatchObject({ permanent: false });
    });

    it('does not go where it is sent on to', async () => {
      vendor.answer = (_received, response) =>
        void response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
      expect(await failure()).toMatchObject({ permanent: true });
      expect(vendor.received).toHaveLength(1);
    });

    it('survives garbage in place of an answer', async () => {
      vendor.answer = (_received, response) => void response.end(Buffer.alloc(200_000, 0xff));
      const result = await send().then(
        () => 'taken',
        (error: unknown) => error instanceof ChannelError && !error.permanent,
      );
      expect(['taken', true]).toContain(result);
    });

    it('lets no text of a host mention, link, break a line or turn it round', async () => {
      vendor.answer = accepts;
      const evil = '@everyone <!channel> <@123> [x](http://evil.example) <b>*_`~|\r\n\u202egpj\u0000';
      await send(message({ hostName: evil, instance: `${evil}${'y'.repeat(10_000)}`, ruleName: evil }));
      const [{ text, body }] = vendor.received as [(typeof vendor.received)[0]];
      expect(text.length).toBeLessThan(15_000);
      expect(text).not.toMatch(/\u202e|\\u202e|\\u0000/);
      harmless(body);
    });

    it('changes what it sent, where the service lets us', async () => {
      if (channel().edit === undefined) return expect(receipt).toBeUndefined();
      vendor.answer = accepts;
      const over = message({ status: 'resolved', resolvedAt: NOW });
      await channel().edit!(receipt!, over, settings(vendor.url) as never);
      expect(vendor.received[0]!.text + vendor.received[0]!.path).toContain(receipt!.split(' ').at(-1));
      expect(vendor.received[0]!.text).toContain('Resolved: web');
    });
  },
);

describe('Telegram', () => {
  const settings = CASES.telegram.settings('') as ChannelSettings<'telegram'>;
  it('takes it as done when the message says so already', async () => {
    vendor.answer = json(400, { ok: false, description: 'Bad Request: message is not modified: …' });
    await new Telegram(outgoing, apart(vendor.url)).edit('-100 77', message(), settings);
    expect(vendor.received).toHaveLength(1);
  });

  it('touches no message of another chat that has the same number', async () => {
    const edit = new Telegram(outgoing, apart(vendor.url)).edit('-200 77', message(), settings);
    await expect(edit).rejects.toBeInstanceOf(MessageGone);
    expect(vendor.received).toEqual([]);
  });

  it('follows a group that got another number', async () => {
    const moved = { ok: false, description: 'upgraded', parameters: { migrate_to_chat_id: -999 } };
    vendor.answer = ({ body: { chat_id: chat } }, response) =>
      (chat === -999 ? CASES.telegram.accepts : json(400, moved))({} as never, response);
    await new Telegram(outgoing, apart(vendor.url)).send(message(), settings);
    expect(vendor.received.map(({ body }) => body.chat_id)).toEqual(['-100', -999]);
  });

  it('says that a message is gone that somebody deleted', async () => {
    vendor.answer = json(400, { ok: false, description: 'Bad Request: message to edit not found' });
    const edit = new Telegram(outgoing, apart(vendor.url)).edit('-100 77', message(), settings);
    await expect(edit).rejects.toBeInstanceOf(MessageGone);
  });
});

describe('Discord', () => {
  it('mentions whom its settings say, of what is critical, and nobody else', async () => {
    vendor.answer = CASES.discord.accepts;
    const settings = {
      url: `${vendor.url}/api/webhooks/1/a-long-token`,
      mention: 'role:123456789012345678',
    } as const;
    const discord = new Discord(outgoing);
    await discord.send(message(), settings);
    await discord.send(message({ severity: 'warning' }), settings);
    expect(vendor.received.map(({ body }) => [body.content, body.allowed_mentions])).toEqual([
      ['<@&123456789012345678>', { roles: ['123456789012345678'] }],
      ['', { parse: [] }],
    ]);
  });

  it('says that a message is gone that somebody deleted', async () => {
    vendor.answer = json(404, { code: 10_008, message: 'Unknown Message' });
    const edit = new Discord(outgoing).edit('88', message(), { url: `${vendor.url}/api/webhooks/1/t` });
    await expect(edit).rejects.toBeInstanceOf(MessageGone);
  });
});

describe('a webhook', () => {
  it('is signed over time and body, and says by its key that it is the same again', async () => {
    const secret = 'a long enough secret';
    await new Webhook(outgoing).send(message(), { url: vendor.url, secret });
    const [{ headers, text }] = vendor.received as [(typeof vendor.received)[0]];
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['tocsin-signature'] as string)!;
    expect(Number(t)).toBe(NOW / 1000);
    expect(v1).toBe(createHmac('sha256', secret).update(`${t}.${text}`).digest('hex'));
    expect(headers['idempotency-key']).toBe('m1');
  });

  it('speaks as Alertmanager does', async () => {
    await new Webhook(outgoing).send(message(), { url: vendor.url, format: 'alertmanager' });
    expect(vendor.received[0]!.body).toMatchObject({
      version: '4',
      status: 'firing',
      commonLabels: { alertname: 'Disk full', instance: 'web-1', severity: 'critical' },
      alerts: [{ status: 'firing', startsAt: new Date(NOW).toISOString(), endsAt: '0001-01-01T00:00:00Z' }],
    });
  });
});
