import type {
  ApiError,
  Channel,
  ChannelInput,
  CreatedEnrolmentToken,
  CreatedKey,
  Device,
  History,
  HostSettings,
  HostState,
  Incident,
  IncidentPage,
  NewDevice,
  NotificationPage,
  Policy,
  PolicySettings,
  Rule,
  RuleSettings,
  RulesFile,
  Session,
} from '@tocsin/shared';

export const OWNER = {
  name: 'Ada Owner',
  email: 'ada@example.org',
  password: 'correct horse battery staple',
} as const;

export interface CreatedHost {
  host: Pick<HostState, 'id' | 'name'>;
  key: CreatedKey;
}

/** A person's way into the hub's REST API. */
export class Api {
  private constructor(
    private readonly url: string,
    readonly token: string,
  ) {}

  /** Makes the first account of a fresh hub, with the token of the printed link. */
  static async setUp(hub: { url: string; setupUrl: string }): Promise<Api> {
    const token = new URLSearchParams(new URL(hub.setupUrl).hash.slice(1)).get('token');
    return Api.#open(hub.url, 'setup', { token, ...OWNER });
  }

  static signIn(url: string): Promise<Api> {
    const { email, password } = OWNER;
    return Api.#open(url, 'login', { email, password });
  }

  static async #open(url: string, path: string, body: unknown): Promise<Api> {
    const session = await request<Session>(`${url}/api/v1/auth/${path}`, 'POST', body);
    return new Api(url, session.accessToken);
  }

  createHost(name: string, tags: string[] = []): Promise<CreatedHost> {
    return this.#send('POST', 'hosts', { name, tags });
  }

  /** Tells the agent of a host what to do. */
  async setHost(id: string, settings: HostSettings): Promise<void> {
    await this.#send('PATCH', `hosts/${id}`, { settings });
  }

  hosts(): Promise<HostState[]> {
    return this.#send('GET', 'hosts');
  }

  enrolmentToken(uses: number): Promise<CreatedEnrolmentToken> {
    return this.#send('POST', 'enrolment-tokens', { uses });
  }

  revokeKey({ hostId, keyId }: CreatedKey): Promise<void> {
    return this.#send('DELETE', `hosts/${hostId}/keys/${keyId}`);
  }

  createChannel(channel: ChannelInput): Promise<Channel> {
    return this.#send('POST', 'channels', channel);
  }

  devices(): Promise<[Device, ...Device[]]> {
    return this.#send('GET', 'me/devices');
  }

  saveDevice(device: NewDevice): Promise<Device> {
    return this.#send('POST', 'me/devices', device);
  }

  removeDevice(id: string): Promise<void> {
    return this.#send('DELETE', `me/devices/${id}`);
  }

  createPolicy(policy: PolicySettings): Promise<Policy> {
    return this.#send('POST', 'policies', policy);
  }

  createRule(rule: RuleSettings): Promise<Rule> {
    return this.#send('POST', 'rules', rule);
  }

  /** Gives each rule its key, as a file of rules does. */
  async fileRules(): Promise<void> {
    const file = await this.#send<RulesFile>('GET', 'rules/export');
    await this.#send('POST', 'rules/apply', file);
  }

  rules(): Promise<Rule[]> {
    return this.#send('GET', 'rules');
  }

  changeRule(id: string, changes: Partial<RuleSettings>): Promise<Rule> {
    return this.#send('PATCH', `rules/${id}`, changes);
  }

  removeRule(id: string): Promise<void> {
    return this.#send('DELETE', `rules/${id}`);
  }

  incidents(query: Record<string, string> = {}): Promise<IncidentPage> {
    return this.#send('GET', `incidents?${new URLSearchParams(query)}`);
  }

  acknowledge(id: string): Promise<Incident> {
    return this.#send('POST', `incidents/${id}/acknowledge`);
  }

  notifications(query: Record<string, string> = {}): Promise<NotificationPage> {
    return this.#send('GET', `notifications?${new URLSearchParams(query)}`);
  }

  history(query: Record<string, string>): Promise<History> {
    return this.#send('GET', `history?${new URLSearchParams(query)}`);
  }

  #send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return request(`${this.url}/api/v1/${path}`, method, body, this.token);
  }
}

async function request<Answer>(url: string, method: string, body?: unknown, token?: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return (text ? JSON.parse(text) : undefined) as Answer;
  const { code, message } = JSON.parse(text) as ApiError;
  throw new Error(`${method} ${url}: ${response.status} ${code}: ${message}`);
}
