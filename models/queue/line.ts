import { Refusal } from "../http/refusal.ts";

/** A pod for one request; `done` frees its place. */
export interface Turn {
  readonly pod: string;
  readonly done: () => void;
}

export interface LineOptions {
  /** Requests that a pod works on at a time. */
  readonly perPod: number;
  /** Requests that may wait. */
  readonly limit: number;
  /** Seconds, of any clock that never goes back. */
  readonly now: () => number;
}

interface Waiting {
  readonly since: number;
  /** A look at what a service offers takes no place. */
  readonly takesPlace: boolean;
  readonly begin: (turn: Turn) => void;
  readonly refuse: (reason: Error) => void;
}

function gone(): Error {
  return new Error("who asked has gone");
}

function closing(): Refusal {
  return new Refusal(503, "closing", "The queue ends; try again");
}

/** Requests in the order in which they came, and the pods that work on them. With no pod they wait until one is there. */
export class Line {
  private readonly options: LineOptions;
  private waitingOnes: Waiting[] = [];
  private readonly busy = new Map<string, number>();
  private pods: readonly string[] = [];
  private isClosed = false;

  constructor(options: LineOptions) {
    this.options = options;
  }

  get waiting(): number {
    return this.waitingOnes.length;
  }

  /** Requests that are worked on, also by pods that have been told to end. */
  get running(): number {
    return [...this.busy.values()].reduce((sum, one) => sum + one, 0);
  }

  /** How long each that waits has waited so far. */
  get ages(): number[] {
    const now = this.options.now();
    return this.waitingOnes.map(({ since }) => now - since);
  }

  setPods(pods: readonly string[]): void {
    this.pods = pods;
    this.serve();
  }

  /** Waits for a pod. Rejects where who asked has gone, and at once where the line is full. */
  take(signal: AbortSignal, { takesPlace }: { readonly takesPlace: boolean }): Promise<Turn> {
    signal.throwIfAborted();
    if (this.isClosed) throw closing();
    const { limit, now } = this.options;
    if (this.waiting >= limit) {
      throw new Refusal(503, "busy", `${limit} requests wait already; try again later`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Turn>();
    const leave = (): void => {
      this.waitingOnes = this.waitingOnes.filter((other) => other !== one);
      reject(gone());
    };
    const begin = (turn: Turn): void => {
      signal.removeEventListener("abort", leave);
      resolve(turn);
    };
    const one: Waiting = { since: now(), takesPlace, begin, refuse: reject };
    this.waitingOnes.push(one);
    signal.addEventListener("abort", leave);
    this.serve();
    return promise;
  }

  /** Refuses what waits, and everything from now on; what pods work on goes on. */
  close(): void {
    this.isClosed = true;
    for (const { refuse } of this.waitingOnes) refuse(closing());
    this.waitingOnes = [];
  }

  private workOf(pod: string): number {
    return this.busy.get(pod) ?? 0;
  }

  /** The pod with least to do. */
  private freest(): string | undefined {
    const [first] = this.pods.toSorted((a, b) => this.workOf(a) - this.workOf(b));
    return first;
  }

  private serve(): void {
    const left: Waiting[] = [];
    for (const one of this.waitingOnes) {
      const pod = this.freest();
      const isFree = pod !== undefined && this.workOf(pod) < this.options.perPod;
      if (pod === undefined || (one.takesPlace && !isFree)) left.push(one);
      else one.begin(this.turnOn(pod, one));
    }
    this.waitingOnes = left;
  }

  private turnOn(pod: string, { takesPlace }: Waiting): Turn {
    if (!takesPlace) return { pod, done: () => undefined };
    this.busy.set(pod, this.workOf(pod) + 1);
    let isDone = false;
    const done = (): void => {
      if (isDone) return;
      isDone = true;
      const rest = this.workOf(pod) - 1;
      if (rest > 0) this.busy.set(pod, rest);
      else this.busy.delete(pod);
      this.serve();
    };
    return { pod, done };
  }
}
