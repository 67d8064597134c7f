/** A request that the service refuses, with a message for who sent it. */
export class Refusal extends Error {
  readonly status: 400 | 404 | 413 | 503;
  /** A word that programs can rely on. */
  readonly code: string;

  constructor(status: Refusal["status"], code: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
  }
}
