/** Seconds that what has begun lately had waited; older ones say nothing of now. */
export class Waits {
  private readonly windowSeconds: number;
  private readonly now: () => number;
  private samples: { readonly at: number; readonly waited: number }[] = [];

  constructor(windowSeconds: number, now: () => number) {
    this.windowSeconds = windowSeconds;
    this.now = now;
  }

  add(waited: number): void {
    this.samples.push({ at: this.now(), waited });
  }

  /** What 95 of 100 wait less than, with those that wait still; 0 where nobody has asked. */
  p95(ages: readonly number[]): number {
    const oldest = this.now() - this.windowSeconds;
    this.samples = this.samples.filter(({ at }) => at >= oldest);
    const all = [...this.samples.map(({ waited }) => waited), ...ages].toSorted((a, b) => a - b);
    return all[Math.ceil(all.length * 0.95) - 1] ?? 0;
  }
}
