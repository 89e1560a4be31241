import { Message, MessageType, systemBus, Variant, type MessageBus } from '@jellybrick/dbus-next';

const NAME = 'org.freedesktop.systemd1';
const ROOT = '/org/freedesktop/systemd1';
/** `[not set]` in the words of systemctl. */
const NOT_SET = 18446744073709551615n;

/** What a test says about a unit. */
export interface FakeUnit {
  active: string;
  sub: string;
  /** Microseconds. */
  since?: number;
  restarts?: number;
  controlGroup?: string;
  memory?: number;
}

/**
 * The few methods of systemd's manager and units that the agent calls, on a real bus and through another
 * implementation of D-Bus than the agent's own.
 */
export class FakeSystemd {
  readonly calls: string[] = [];
  jobs: [number, string, string, string, string, string][] = [];
  readonly #units = new Map<string, FakeUnit>();
  readonly #aliases = new Map<string, string>();
  #stopped = false;

  private constructor(private readonly bus: MessageBus) {
    bus.addMethodHandler((call: Message) => this.#handle(call));
  }

  static async start(socket: string): Promise<FakeSystemd> {
    process.env.DBUS_SYSTEM_BUS_ADDRESS = `unix:path=${socket}`;
    const bus = systemBus();
    const systemd = new FakeSystemd(bus);
    await bus.requestName(NAME, 0);
    return systemd;
  }

  stop(): void {
    this.#stopped = true;
    this.bus.disconnect();
  }

  /** Sets a unit without telling anybody. */
  set(unit: string, state: FakeUnit): void {
    this.#units.set(unit, state);
  }

  alias(name: string, unit: string): void {
    this.#aliases.set(name, unit);
  }

  /** Sets a unit and sends the signals that systemd sends, for its kind first. */
  change(unit: string, state: FakeUnit): void {
    this.set(unit, state);
    if (state.restarts !== undefined)
      this.#changed(unit, 'Service', { NRestarts: new Variant('u', state.restarts) });
    this.#changed(unit, 'Unit', stateOf(state));
  }

  /** Says that something about a unit is another now, but not what. */
  hint(unit: string, state: FakeUnit): void {
    this.set(unit, state);
    this.#changed(unit, 'Unit', {}, ['ActiveState']);
  }

  /** Takes a unit into memory, as systemd does before it starts it or when somebody asks about it. */
  load(unit: string, state: FakeUnit): void {
    this.set(unit, state);
    this.#signal(ROOT, `${NAME}.Manager`, 'UnitNew', 'so', [unit, pathOf(unit)]);
  }

  /** Forgets a unit, as systemd does when it is not running and nothing refers to it. */
  unload(unit: string): void {
    this.#units.delete(unit);
    this.#signal(ROOT, `${NAME}.Manager`, 'UnitRemoved', 'so', [unit, pathOf(unit)]);
  }

  /** Says that the unit files were read anew. */
  reloaded(): void {
    this.#signal(ROOT, `${NAME}.Manager`, 'Reloading', 'b', [false]);
  }

  #changed(unit: string, kind: string, properties: Record<string, Variant>, other: string[] = []): void {
    const body = [`${NAME}.${kind}`, properties, other];
    this.#signal(pathOf(unit), 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', body);
  }

  #signal(path: string, iface: string, member: string, signature: string, body: unknown[]): void {
    this.bus.send(Message.newSignal(path, iface, member, signature, body));
  }

  #handle(call: Message): boolean {
    if (this.#stopped) return true;
    if (call.type !== MessageType.METHOD_CALL) return false;
    this.calls.push(call.member ?? '');
    const reply = (signature: string, ...body: unknown[]) => {
      this.bus.send(Message.newMethodReturn(call, signature, body));
      return true;
    };
    const fail = (name: string, text: string) => {
      this.bus.send(Message.newError(call, `org.freedesktop.DBus.Error.${name}`, text));
      return true;
    };
    switch (call.member) {
      case 'Subscribe':
        return reply('');
      case 'ListUnitsByNames': {
        const [names] = call.body as [string[]];
        const incomplete = names.find((name) => name.includes('@.'));
        if (incomplete) return fail('InvalidArgs', `Unit name ${incomplete} is missing the instance name.`);
        return reply(
          'a(ssssssouso)',
          names.map((name) => this.#listed(this.#aliases.get(name) ?? name)),
        );
      }
      case 'ListUnitsByPatterns': {
        const [states, patterns] = call.body as [string[], string[]];
        const units = [...this.#units]
          .filter(([, { active }]) => states.length === 0 || states.includes(active))
          .filter(([unit]) => patterns.length === 0 || patterns.some((pattern) => fits(unit, pattern)));
        return reply(
          'a(ssssssouso)',
          units.map(([unit]) => this.#listed(unit)),
        );
      }
      case 'ListJobs':
        return reply('a(usssoo)', this.jobs);
      case 'GetAll':
        return reply('a{sv}', this.#properties(call.path!));
      case 'Get': {
        const value = this.#property(call.path!, call.body[1] as string);
        return value ? reply('v', value) : fail('UnknownProperty', 'no such property');
      }
      default:
        return false;
    }
  }

  #listed(name: string): unknown[] {
    const unit = this.#units.get(name);
    const states = [unit ? 'loaded' : 'not-found', unit?.active ?? 'inactive', unit?.sub ?? 'dead'];
    return [name, 'a unit', ...states, '', pathOf(name), 0, '', '/'];
  }

  #unitAt(path: string): FakeUnit | undefined {
    return [...this.#units].find(([unit]) => pathOf(unit) === path)?.[1];
  }

  #property(path: string, name: string): Variant | undefined {
    const unit = this.#unitAt(path);
    if (name === 'ControlGroup') return new Variant('s', unit?.controlGroup ?? '');
    if (name === 'MemoryCurrent')
      return new Variant('t', unit?.memory === undefined ? NOT_SET : BigInt(unit.memory));
    if (name === 'NRestarts' && unit?.restarts !== undefined) return new Variant('u', unit.restarts);
    return undefined;
  }

  #properties(path: string): Record<string, Variant> {
    const unit = this.#unitAt(path);
    return {
      // Kinds of values that the agent does not want but has to read past.
      Job: new Variant('(uo)', [0, '/']),
      Documentation: new Variant('as', ['man:nginx(8)']),
      Conditions: new Variant('a(sbbsi)', [['ConditionPathExists', false, true, '/x', -1]]),
      CPUWeight: new Variant('t', NOT_SET),
      LoadState: new Variant('s', unit ? 'loaded' : 'not-found'),
      ...stateOf(unit ?? { active: 'inactive', sub: 'dead' }),
    };
  }
}

/** The properties of which systemd tells the values when they change. */
function stateOf({ active, sub, since = 0 }: FakeUnit): Record<string, Variant> {
  return {
    ActiveState: new Variant('s', active),
    SubState: new Variant('s', sub),
    ActiveEnterTimestamp: new Variant('t', BigInt(since)),
    InactiveEnterTimestamp: new Variant('t', BigInt(since)),
  };
}

const fits = (unit: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(unit);

function pathOf(unit: string): string {
  return `${ROOT}/unit/${unit.replace(/[^a-zA-Z0-9]/g, (letter) => `_${letter.charCodeAt(0).toString(16)}`)}`;
}
