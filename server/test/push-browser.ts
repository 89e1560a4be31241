import { createDecipheriv, createECDH, createHmac, type ECDH, randomBytes } from 'node:crypto';
import type { NewDevice, PushPayload } from '@tocsin/shared';

/** A browser as far as a push message can tell: has the keys, and opens what was sealed for it (RFC 8291, RFC 8188). */
export class PushBrowser {
  readonly #ecdh: ECDH = createECDH('prime256v1');
  readonly #auth = randomBytes(16);

  constructor(
    readonly endpoint: string,
    readonly name = 'Firefox on Linux',
  ) {
    this.#ecdh.generateKeys();
  }

  get subscription(): NewDevice {
    const keys = { p256dh: this.#ecdh.getPublicKey('base64url'), auth: this.#auth.toString('base64url') };
    return { name: this.name, endpoint: this.endpoint, keys };
  }

  /** @throws when it was not sealed for this browser */
  open(sealed: Buffer): PushPayload {
    const salt = sealed.subarray(0, 16);
    const keyLength = sealed[20]!;
    const senderKey = sealed.subarray(21, 21 + keyLength);
    const record = sealed.subarray(21 + keyLength);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#ecdh.getPublicKey(), senderKey]);
    const secret = hkdf(this.#auth, this.#ecdh.computeSecret(senderKey), info, 32);
    const key = hkdf(salt, secret, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = hkdf(salt, secret, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(record.subarray(-16));
    const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    // Padding: zeros behind a delimiter, which is 2 in the last record.
    return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString('utf8')) as PushPayload;
  }
}

const hkdf = (salt: Buffer, secret: Buffer, info: Buffer, length: number): Buffer => {
  const key = createHmac('sha256', salt).update(secret).digest();
  return createHmac('sha256', key)
    .update(Buffer.concat([info, Buffer.from([1])]))
    .digest()
    .subarray(0, length);
};
