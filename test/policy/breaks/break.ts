/** A change that breaks a valid workload. */
export interface Break {
  /** The one rule that it belongs to. */
  readonly rule: string;
  readonly what: string;
  /** What the rule says of it. */
  readonly says: string | RegExp;
  /** Rules that have to speak as well: the same change breaks two things. */
  readonly also?: readonly string[];
}
