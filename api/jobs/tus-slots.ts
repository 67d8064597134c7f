import { AppError } from "../errors.ts";

const retrySeconds = 5;

/** Bounds how many requests bring bytes through this replica at once. No project takes more than half of them. */
export class WriterSlots {
  readonly #total: number;
  readonly #ofProject: number;
  readonly #used = new Map<string, number>();

  constructor(total: number) {
    this.#total = total;
    this.#ofProject = Math.ceil(total / 2);
  }

  async during<T>(projectId: string, work: () => Promise<T>): Promise<T> {
    const own = this.#used.get(projectId) ?? 0;
    const all = [...this.#used.values()].reduce((sum, count) => sum + count, 0);
    if (own >= this.#ofProject || all >= this.#total) {
      const message = `This replica takes ${this.#total} uploads by tus at once, ${this.#ofProject} of one project; try again shortly`;
      throw new AppError("unavailable", message, { retryAfterSeconds: retrySeconds });
    }
    this.#used.set(projectId, own + 1);
    try {
      return await work();
    } finally {
      const left = (this.#used.get(projectId) ?? 1) - 1;
      if (left === 0) this.#used.delete(projectId);
      else this.#used.set(projectId, left);
    }
  }
}
