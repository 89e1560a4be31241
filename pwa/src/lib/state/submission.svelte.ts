import { ApiFailure } from '../api/request.js';

/** One form on its way to the hub: is it under way, and what did the hub object to? */
export class Submission {
  #busy = $state(false);
  #failure = $state.raw<ApiFailure>();

  get busy(): boolean {
    return this.#busy;
  }

  /** What is wrong with the field of this name, or with a part of it. */
  at(name: string): string | undefined {
    const field = this.#failure?.field;
    return field === `/${name}` || field?.startsWith(`/${name}/`) ? this.#failure?.message : undefined;
  }

  /** What is wrong with the whole, or with a field that is not among those shown. */
  general(shown: readonly string[]): string | undefined {
    return shown.some((name) => this.at(name) !== undefined) ? undefined : this.#failure?.message;
  }

  /** Runs once at a time; an answer that is not a success is kept for the form to show. */
  async run(send: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#failure = undefined;
    try {
      await send();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.#failure = error;
    } finally {
      this.#busy = false;
    }
  }

  forget(): void {
    this.#failure = undefined;
  }
}
