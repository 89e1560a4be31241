import { Message, MessageType, systemBus, Variant, type MessageBus } from '@jellybrick/dbus-next';

const NAME = 'org.freedesktop.systemd1';
const ROOT = '/org/freedesktop/systemd1';

/** What a test says about a unit. */
export interface FakeUnit {
  active: string;
  sub: string;
  /** Microseconds. */
  since?: number;
  restarts?: number;
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
    this.bus.disconnect();
  }

  /** Sets a unit without telling anybody. */
  set(unit: string, state: FakeUnit): void {
    this.#units.set(unit, state);
  }

  alias(name: string, unit: string): void {
    this.#aliases.set(name, unit);
  }

  /** Sets a unit and sends the signal that systemd sends. */
  change(unit: string, state: FakeUnit): void {
    this.set(unit, state);
    this.#signal(pathOf(unit), 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', [
      `${NAME}.Unit`,
      { ActiveState: new Variant('s', state.active) },
      [],
    ]);
  }

  /** Says that the unit files were read anew. */
  reloaded(): void {
    this.#signal(ROOT, `${NAME}.Manager`, 'Reloading', 'b', [false]);
  }

  #signal(path: string, iface: string, member: string, signature: string, body: unknown[]): void {
    this.bus.send(Message.newSignal(path, iface, member, signature, body));
  }

  #handle(call: Message): boolean {
    if (call.type !== MessageType.METHOD_CALL) return false;
    const [first, second] = call.body as string[];
    this.calls.push(call.member ?? '');
    const reply = (signature: string, ...body: unknown[]) => {
      this.bus.send(Message.newMethodReturn(call, signature, body));
      return true;
    };
    switch (call.member) {
      case 'Subscribe':
        return reply('');
      case 'LoadUnit':
        return reply('o', pathOf(this.#aliases.get(first!) ?? first!));
      case 'ListJobs':
        return reply('a(usssoo)', this.jobs);
      case 'GetAll':
        return reply('a{sv}', this.#properties(call.path!));
      case 'Get': {
        const restarts = this.#unitAt(call.path!)?.restarts;
        if (second === 'NRestarts' && restarts !== undefined) return reply('v', new Variant('u', restarts));
        this.bus.send(
          Message.newError(call, 'org.freedesktop.DBus.Error.UnknownProperty', 'no such property'),
        );
        return true;
      }
      default:
        return false;
    }
  }

  #unitAt(path: string): FakeUnit | undefined {
    return [...this.#units].find(([unit]) => pathOf(unit) === path)?.[1];
  }

  #properties(path: string): Record<string, Variant> {
    const unit = this.#unitAt(path);
    const since = BigInt(unit?.since ?? 0);
    return {
      // Kinds of values that the agent does not want but has to read past.
      Job: new Variant('(uo)', [0, '/']),
      Documentation: new Variant('as', ['man:nginx(8)']),
      Conditions: new Variant('a(sbbsi)', [['ConditionPathExists', false, true, '/x', -1]]),
      CPUWeight: new Variant('t', 18446744073709551615n),
      LoadState: new Variant('s', unit ? 'loaded' : 'not-found'),
      ActiveState: new Variant('s', unit?.active ?? 'inactive'),
      SubState: new Variant('s', unit?.sub ?? 'dead'),
      ActiveEnterTimestamp: new Variant('t', since),
      InactiveEnterTimestamp: new Variant('t', since),
    };
  }
}

function pathOf(unit: string): string {
  return `${ROOT}/unit/${unit.replace(/[^a-zA-Z0-9]/g, (letter) => `_${letter.charCodeAt(0).toString(16)}`)}`;
}
