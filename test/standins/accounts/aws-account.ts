import { isSoldIn, zoneIdOf, zonesOf } from "../aws/offerings.ts";
import { startServer, type AccountServer, type Asked, type Reply } from "./server.ts";

interface Instance {
  readonly type: string;
  readonly cores: number;
  readonly spot?: boolean;
  readonly stack?: string;
}

/** What is particular to an account. */
export interface AwsAccountOptions {
  readonly id?: string;
  readonly region: string;
  /** Limits by quota code; those that are not named are ample. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Quotas that have never been changed, which only the default's API knows. */
  readonly untouched?: readonly string[];
  readonly instances?: readonly Instance[];
  readonly addresses?: number;
  /** Machine types that the region does not sell, beside what it never sells. */
  readonly without?: readonly string[];
  /** Actions that the credentials may not take. */
  readonly denied?: readonly string[];
}

const ample = 10_000;
const sizes: Readonly<Record<string, number>> = {
  xlarge: 4,
  "2xlarge": 8,
  "4xlarge": 16,
  "12xlarge": 48,
  "24xlarge": 96,
};

function set(name: string, members: readonly string[]): string {
  return `<${name}>${members.map((member) => `<item>${member}</item>`).join("")}</${name}>`;
}

function fields(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${value.toString()}</${name}>`)
    .join("");
}

function tags(stack: string | undefined): string {
  if (stack === undefined) return "";
  return set("tagSet", [fields({ key: "framewright:stack", value: stack })]);
}

function values(form: URLSearchParams): string[] {
  return [...form].filter(([key]) => key.startsWith("Filter.1.Value.")).map(([, value]) => value);
}

/**
 * EC2, STS and Service Quotas of one account, as far as `npm run preflight` asks them: Amazon EC2 API Reference, Service
 * Quotas API Reference. Instances come one to a page.
 */
export class AwsAccount {
  readonly #options: AwsAccountOptions;
  readonly #server: AccountServer;

  private constructor(options: AwsAccountOptions, server: AccountServer) {
    this.#options = options;
    this.#server = server;
  }

  static async start(options: AwsAccountOptions): Promise<AwsAccount> {
    const actions = new Actions(options);
    return new AwsAccount(options, await startServer((asked) => actions.answer(asked)));
  }

  /** What leads the commands there, with credentials that are none anywhere else. */
  get env(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_EC2: this.#server.address,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: this.#server.address,
      AWS_ENDPOINT_URL_STS: this.#server.address,
      AWS_ACCESS_KEY_ID: "stand-in",
      AWS_SECRET_ACCESS_KEY: "stand-in",
      AWS_REGION: this.#options.region,
    };
  }

  stop(): void {
    this.#server.stop();
  }
}

class Actions {
  readonly #options: AwsAccountOptions;

  constructor(options: AwsAccountOptions) {
    this.#options = options;
  }

  answer({ headers, body }: Asked): Reply {
    const target = headers["x-amz-target"];
    if (headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") !== true) {
      return refusal(401, "AuthFailure", "the request is not signed");
    }
    if (typeof target === "string") return this.#quota(target.split(".")[1] ?? "", body);
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    if (this.#options.denied?.includes(action) === true) {
      return refusal(
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation.",
      );
    }
    const found = this.#action(action, form);
    if (found === undefined) return refusal(400, "InvalidAction", `there is no ${action} here`);
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response>${found}</${action}Response>`;
    return { status: 200, type: "text/xml", body: text };
  }

  #action(action: string, form: URLSearchParams): string | undefined {
    const { id = "123456789012", region, addresses = 0 } = this.#options;
    const table: Readonly<Record<string, () => string>> = {
      GetCallerIdentity: () =>
        `<GetCallerIdentityResult>${fields({ Account: id })}</GetCallerIdentityResult>`,
      DescribeAvailabilityZones: () =>
        set(
          "availabilityZoneInfo",
          zonesOf(region).map((zone) => fields({ zoneName: zone, zoneId: zoneIdOf(zone) ?? "" })),
        ),
      DescribeInstanceTypeOfferings: () =>
        set("instanceTypeOfferingSet", this.#offers(values(form))),
      DescribeInstanceTypes: () => set("instanceTypeSet", values(form).map(typeOf)),
      DescribeInstances: () => this.#instances(Number(form.get("NextToken") ?? 0)),
      DescribeAddresses: () =>
        set(
          "addressesSet",
          Array.from({ length: addresses }, (_, index) => fields({ allocationId: index })),
        ),
      DescribeVpcs: () => set("vpcSet", [fields({ vpcId: "vpc-default" })]),
    };
    return table[action]?.();
  }

  #offers(types: readonly string[]): string[] {
    const { region, without = [] } = this.#options;
    return types
      .filter((type) => !without.includes(type))
      .flatMap((type) =>
        zonesOf(region)
          .filter((zone) => isSoldIn(type, zone))
          .map((zone) => fields({ instanceType: type, location: zoneIdOf(zone) ?? "" })),
      );
  }

  #instances(page: number): string {
    const all = this.#options.instances ?? [];
    const found = all[page];
    if (found === undefined) return set("reservationSet", []);
    const { type, cores, spot = false, stack } = found;
    const instance =
      fields({ instanceType: type, ...(spot ? { instanceLifecycle: "spot" } : {}) }) +
      `<cpuOptions>${fields({ coreCount: cores, threadsPerCore: 2 })}</cpuOptions>${tags(stack)}`;
    const more = page + 1 < all.length ? fields({ nextToken: page + 1 }) : "";
    return set("reservationSet", [set("instancesSet", [instance])]) + more;
  }

  #quota(action: string, body: string): Reply {
    const { QuotaCode } = JSON.parse(body) as { QuotaCode: string };
    const type = "application/x-amz-json-1.1";
    if (action === "GetServiceQuota" && this.#options.untouched?.includes(QuotaCode) === true) {
      const text = JSON.stringify({ __type: "NoSuchResourceException", message: QuotaCode });
      return { status: 400, type, body: text };
    }
    const Value = this.#options.limits?.[QuotaCode] ?? ample;
    return { status: 200, type, body: JSON.stringify({ Quota: { QuotaCode, Value } }) };
  }
}

function typeOf(type: string): string {
  const vcpus = sizes[type.split(".")[1] ?? ""] ?? 2;
  return `${fields({ instanceType: type })}<vCpuInfo>${fields({ defaultVCpus: vcpus })}</vCpuInfo>`;
}

function refusal(status: number, code: string, message: string): Reply {
  const error = `<Error>${fields({ Code: code, Message: message })}</Error>`;
  return { status, type: "text/xml", body: `<Response><Errors>${error}</Errors></Response>` };
}
