/** How much of a quota there is, in its own unit. */
export interface Room {
  readonly limit: number;
  /** What others than the stack itself have of it. */
  readonly used: number;
}

/** A quota, and what a stack needs of it. */
export interface QuotaNeed {
  /** The cloud's own name. */
  readonly id: string;
  /** What it limits, for a reader. */
  readonly what: string;
  readonly start: number;
  readonly most: number;
  readonly room: Room;
  /** How to ask the cloud for a limit. */
  readonly ask: (limit: number) => string;
}

/** What an account answers about a stack's needs. */
export interface Answer {
  /** Zones of the region that the account has. */
  readonly zones: readonly string[];
  /** Where the region sells the machine of each pool, by the pool's name. */
  readonly sold: ReadonlyMap<string, readonly string[]>;
  readonly quotas: readonly QuotaNeed[];
}
