import { at, entriesAt, keysAt } from "../../kit/json.ts";
import { isWide } from "./networks.ts";
import { namesEverybody, textsOf, type Statement } from "./policy-documents.ts";

/** Conditions of AWS's policies. */

/** What a condition asks for: that a key is one of the values. */
interface Wanted {
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * Operators that hold only where the key is there and has one of the values: not those that end in IfExists or begin
 * with ForAllValues, which hold where it is missing, and none that is true of all but some.
 */
const asking =
  /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like)|IpAddress)$/;

/** What a statement asks for by its conditions. Keys are in small letters, because AWS ignores their case. */
export function wantedBy(statement: Statement): Wanted[] {
  return entriesAt(statement, "Condition")
    .filter(([operator]) => asking.test(operator))
    .flatMap(([operator]) =>
      keysAt(statement, "Condition", operator).map((key) => ({
        key: key.toLowerCase(),
        values: textsOf(at(statement, "Condition", operator), key),
      })),
    );
}

/** Keys that say who asks, or from where: what makes a policy for everybody one for somebody. */
const telling =
  /^(?:aws:(?:source(?:arn|account|owner|orgid|orgpaths|vpc|vpce|vpcarn|ip)|principal(?:arn|account|orgid|orgpaths|tag\/.+)|userid|username)|kms:calleraccount|s3:dataaccesspoint(?:arn|account)|.+:(?:sub|aud))$/;

/** Of an ARN the account, or the name in any account. */
function namesSomething(value: string): boolean {
  const [start, , , , account = "", ...name] = value.split(":");
  if (start === "arn") return !/[*?]/.test(account) || !/[*?]/.test(name.join(":"));
  return /[^*?]/.test(value);
}

function tells({ key, values }: Wanted): boolean {
  if (!telling.test(key) || values.length === 0) return false;
  if (key !== "aws:sourceip") return values.every(namesSomething);
  return values.every((value) => !value.includes("/") || !isWide(value, 8));
}

/** Whether a condition says who asks, or from where. */
function saysWho(statement: Statement): boolean {
  return wantedBy(statement).some(tells);
}

/** These hold of every request, or say nothing of what is asked for. */
const idle = /^aws:(?:securetransport|requestedregion|currenttime|epochtime|multifactorauth\w*)$/i;

/** Whether a condition ties a statement to something: to a tag, a service, an account. */
export function isTied(statement: Statement): boolean {
  return entriesAt(statement, "Condition").some(([operator, test]) =>
    entriesAt(test).some(([key]) => {
      const values = textsOf(at(statement, "Condition", operator), key);
      return (
        !idle.test(key) && (values.length === 0 || values.some((value) => !/^[*?]*$/.test(value)))
      );
    }),
  );
}

/** Whether it speaks of everybody, and no condition says of whom of them. */
export function isForEverybody(statement: Statement): boolean {
  return namesEverybody(statement) && !saysWho(statement);
}
