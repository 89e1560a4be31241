import { Injectable } from '@nestjs/common';
import { STORING_BEHIND_MS, type StoringState } from '@tocsin/shared';
import { SamplesService } from '../samples/samples.service.js';
import { type LiveSocket, LiveSockets } from './live-sockets.js';

/** Tells people while what they see is not on disk yet. */
@Injectable()
export class StoringWatch {
  #behind?: StoringState;

  constructor(
    private readonly samples: SamplesService,
    private readonly sockets: LiveSockets,
  ) {}

  /** Called every second. */
  tick(now: number): void {
    const state = this.samples.storing(now);
    const behind = state.refusing || state.lagMs >= STORING_BEHIND_MS;
    if (behind || this.#behind !== undefined) this.sockets.everybody()?.emit('storing', state);
    this.#behind = behind ? state : undefined;
  }

  /** Somebody connected. */
  greet(socket: LiveSocket): void {
    if (this.#behind !== undefined) socket.emit('storing', this.#behind);
  }
}
