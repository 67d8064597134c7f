import * as aws from "@pulumi/aws";
import { onAws } from "./support/aws.ts";

const statement = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
new aws.iam.Role("cart", { assumeRolePolicy }, onAws);
