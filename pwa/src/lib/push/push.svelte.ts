import type { Device, NewDevice } from '@tocsin/shared';
import { readPushKey, removeDevice, saveDevice } from '../api/devices.js';
import { install } from '../state/install.svelte.js';
import { deviceName } from './device-name.js';

/**
 * Can this browser be told, and is it? `insecure`: only where the hub is opened by https. `install`: iPhone and iPad
 * tell installed apps alone. `denied`: its person said no, and only the browser's settings can take that back.
 */
export type PushState = 'unknown' | 'unsupported' | 'insecure' | 'install' | 'denied' | 'off' | 'on';

/** Push messages to this browser. */
class Push {
  #state = $state<PushState>('unknown');
  /** As the hub knows it. */
  #device = $state.raw<Device>();

  get state(): PushState {
    return this.#state;
  }

  get device(): Device | undefined {
    return this.#device;
  }

  /**
   * Once somebody is signed in: a subscription that is there is told to the hub anew, since it may have changed, and one
   * that was made for another key of the hub is made again. @throws ApiFailure
   */
  async check(): Promise<void> {
    this.#state = this.#possible();
    if (this.#state !== 'off' || Notification.permission !== 'granted') return;
    const subscription = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    if (subscription !== null) await this.turnOn();
  }

  /** From a tap alone: browsers ask for permission then, and never again once it was refused. @throws ApiFailure */
  async turnOn(): Promise<void> {
    if ((await Notification.requestPermission()) !== 'granted') {
      this.#state = Notification.permission === 'denied' ? 'denied' : 'off';
      return;
    }
    const { pushManager } = await navigator.serviceWorker.ready;
    const { key } = await readPushKey();
    const before = await pushManager.getSubscription();
    if (before !== null && keyOf(before) !== key) await before.unsubscribe();
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys } = subscription.toJSON() as Pick<NewDevice, 'endpoint' | 'keys'>;
    this.#device = await saveDevice({ name: deviceName(navigator.userAgent), endpoint, keys });
    this.#state = 'on';
  }

  /** @throws ApiFailure */
  async turnOff(): Promise<void> {
    const subscription = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    await subscription?.unsubscribe();
    if (this.#device !== undefined) await removeDevice(this.#device.id);
    this.#device = undefined;
    this.#state = 'off';
  }

  #possible(): PushState {
    if (!isSecureContext) return 'insecure';
    if (install.byHand && !install.installed) return 'install';
    if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window))
      return 'unsupported';
    return Notification.permission === 'denied' ? 'denied' : 'off';
  }
}

/** The key that a subscription was made for, base64url. */
function keyOf({ options }: PushSubscription): string | undefined {
  if (options.applicationServerKey === null) return undefined;
  const bytes = String.fromCharCode(...new Uint8Array(options.applicationServerKey));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export const push = new Push();
