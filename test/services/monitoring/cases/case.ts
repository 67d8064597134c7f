/** Series in the words of promtool: `{ 'up{job="api"}': "1x10" }`, one value for each minute (or `interval`). */
export type SeriesOf = Readonly<Record<string, string>>;

export interface QuietCase {
  readonly series: SeriesOf;
  /** When the alert is looked at. */
  readonly at: string;
  /** Between two values. @default "1m" */
  readonly interval?: string;
}

export interface Fired {
  /** Those of the alert besides its severity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What people read. */
  readonly summary: string;
}

export interface FiringCase extends QuietCase {
  readonly fires: readonly Fired[];
}

/** An alert fires in each of the first, and in none of the second. */
export interface AlertCases {
  readonly firing: readonly [FiringCase, ...FiringCase[]];
  readonly quiet: readonly [QuietCase, ...QuietCase[]] | "always fires";
}

export type Cases = Readonly<Record<string, AlertCases>>;
