import { randomUUID } from "node:crypto";
import { numberAt, textAt } from "../../../tools/plugins/kit/json.ts";
import type { Row } from "../kit/row.ts";
import { arn, placeOf } from "./place.ts";
import { failure, jsonProblems, mismatch } from "./rules.ts";
import * as types from "./types.ts";

const key: Row = {
  id: () => randomUUID(),
  replaces: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "region"],
  defaults: {
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    deletionWindowInDays: 30,
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
    multiRegion: false,
  },
  problems: (inputs) => {
    const days = numberAt(inputs, "deletionWindowInDays") ?? 30;
    const window = days >= 7 && days <= 30;
    return [
      ...jsonProblems(inputs, "policy", 32_768),
      ...(window ? [] : [failure("deletionWindowInDays", `${days} is not between 7 and 30`)]),
    ];
  },
  outputs: (shaped) => ({
    arn: arn(placeOf(shaped), "kms", `key/${shaped.id}`),
    keyId: shaped.id,
  }),
};

const alias: Row = {
  id: ({ inputs, logicalName }) =>
    textAt(inputs, "name") ?? `alias/${logicalName}-${randomUUID().slice(0, 7)}`,
  replaces: ["name", "namePrefix", "region"],
  problems: (inputs) =>
    mismatch(inputs, "name", { pattern: /^alias\/(?!aws\/)/, reason: "must begin with alias/" }),
  uses: [{ field: "targetKeyId", type: types.key, onDelete: "vanish" }],
  outputs: (shaped) => {
    const place = placeOf(shaped);
    const target = shaped.store.referred(types.key, textAt(shaped.inputs, "targetKeyId") ?? "");
    return {
      name: shaped.id,
      arn: arn(place, "kms", shaped.id),
      targetKeyArn: textAt(target?.outputs, "arn") ?? "",
    };
  },
};

/** Days for which CloudWatch keeps logs; 0 is for ever. */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

const logGroup: Row = {
  autoname: { property: "name", maxLength: 512 },
  id: ({ inputs }) => textAt(inputs, "name") ?? "",
  replaces: ["logGroupClass", "name", "namePrefix", "region"],
  defaults: { deletionProtectionEnabled: false, logGroupClass: "STANDARD", skipDestroy: false },
  problems: (inputs) => {
    const days = numberAt(inputs, "retentionInDays") ?? 0;
    return [
      ...mismatch(inputs, "name", {
        pattern: /^[\w./#-]{1,512}$/,
        reason: "is no name of a log group",
      }),
      ...(retentions.includes(days)
        ? []
        : [failure("retentionInDays", `${days} is none of ${retentions.join(", ")}`)]),
    ];
  },
  uses: [{ field: "kmsKeyId", type: types.key, onDelete: "nothing" }],
  outputs: (shaped) => ({ arn: arn(placeOf(shaped), "logs", `log-group:${shaped.name}`) }),
};

const autoscalingTag: Row = {
  id: ({ inputs }) =>
    `${textAt(inputs, "autoscalingGroupName") ?? ""},${textAt(inputs, "tag", "key") ?? ""}`,
  replaces: ["autoscalingGroupName", "region", "tag.key"],
  uses: [{ field: "autoscalingGroupName", type: types.autoscalingGroup, onDelete: "vanish" }],
};

export const keyAndLogRows: readonly (readonly [string, Row])[] = [
  [types.key, key],
  ["aws:kms/alias:Alias", alias],
  [types.logGroup, logGroup],
  ["aws:autoscaling/tag:Tag", autoscalingTag],
];
