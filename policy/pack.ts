import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules.ts";

new PolicyPack("framewright", { policies: rules.map(({ policy }) => policy) });
