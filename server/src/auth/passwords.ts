import { hash, verify } from '@node-rs/argon2';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomToken } from './random-token.js';

/** OWASP's recommended argon2id: 19 MiB and two passes for one guess. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The same characters typed on another keyboard are the same password. */
const normal = (password: string): string => password.normalize('NFC');

/** Runs off the event loop: frames do not wait for a sign-in. */
@Injectable()
export class Passwords implements OnModuleInit {
  #nobodys = '';

  async onModuleInit(): Promise<void> {
    this.#nobodys = await this.hash(randomToken());
  }

  /** argon2id with a salt of its own, in the usual `$argon2id$…` form. */
  hash(password: string): Promise<string> {
    return hash(normal(password), COST);
  }

  /** Without a hash, for an account that does not exist, it does the same work and says no. */
  matches(password: string, passwordHash: string | undefined): Promise<boolean> {
    return verify(passwordHash ?? this.#nobodys, normal(password));
  }
}
