export interface Toast {
  id: number;
  kind: 'info' | 'success' | 'warning' | 'critical';
  text: string;
  href?: string;
  /** Replaces the toast that was shown under the same name. */
  topic?: string;
}

const SHOWN_MS = 8_000;

/** Short notes that go away by themselves. */
class Toasts {
  #shown = $state.raw<readonly Toast[]>([]);
  #lastId = 0;

  get shown(): readonly Toast[] {
    return this.#shown;
  }

  show(toast: Omit<Toast, 'id'>): void {
    const id = ++this.#lastId;
    const others = this.#shown.filter(({ topic }) => topic === undefined || topic !== toast.topic);
    this.#shown = [...others, { ...toast, id }];
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
