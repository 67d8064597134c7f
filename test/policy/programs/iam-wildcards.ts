import * as aws from "@pulumi/aws";
import { onAws } from "./support/aws.ts";

const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
new aws.iam.RolePolicy("cart", { role: "cart", policy }, onAws);
