import type { Refusals } from "../kit/row.ts";
import type { Stored } from "../kit/store.ts";
import * as types from "./types.ts";

const missing: Readonly<Record<string, (reference: string) => string>> = {
  [types.vpc]: (id) => `InvalidVpcID.NotFound: The vpc ID '${id}' does not exist`,
  [types.subnet]: (id) => `InvalidSubnetID.NotFound: The subnet ID '${id}' does not exist`,
  [types.securityGroup]: (id) => `InvalidGroup.NotFound: The security group '${id}' does not exist`,
  [types.routeTable]: (id) =>
    `InvalidRouteTableID.NotFound: The routeTable ID '${id}' does not exist`,
  [types.internetGateway]: (id) =>
    `InvalidGatewayID.NotFound: The gateway ID '${id}' does not exist`,
  [types.natGateway]: (id) => `NatGatewayNotFound: The Nat Gateway ${id} was not found`,
  [types.address]: (id) => `InvalidAllocationID.NotFound: The allocation ID '${id}' does not exist`,
  [types.launchTemplate]: (id) =>
    `InvalidLaunchTemplateId.NotFound: The specified launch template, with template ID ${id}, does not exist.`,
  [types.cluster]: (name) => `ResourceNotFoundException: No cluster found for name: ${name}.`,
  [types.role]: (name) => `NoSuchEntity: The role with name ${name} cannot be found.`,
  [types.policy]: (arn) => `NoSuchEntity: Policy ${arn} does not exist or is not attachable.`,
  [types.key]: (key) => `NotFoundException: Key '${key}' does not exist`,
  [types.bucket]: () => "NoSuchBucket: The specified bucket does not exist",
  [types.repository]: (name) =>
    `RepositoryNotFoundException: The repository with name '${name}' does not exist in the registry`,
  [types.subnetGroup]: (name) =>
    `DBSubnetGroupNotFoundFault: DB subnet group '${name}' does not exist.`,
  [types.parameterGroup]: (name) => `DBParameterGroupNotFound: DBParameterGroup not found: ${name}`,
};

const exists: Readonly<Record<string, (id: string) => string>> = {
  [types.cluster]: (name) => `ResourceInUseException: Cluster already exists with name: ${name}`,
  [types.nodeGroup]: (id) =>
    `ResourceInUseException: NodeGroup already exists with name ${id.replace(/^.*:/, "")} and cluster name ${id.replace(/:.*$/, "")}`,
  [types.role]: (name) => `EntityAlreadyExists: Role with name ${name} already exists.`,
  [types.policy]: (arn) => `EntityAlreadyExists: A policy called ${arn} already exists.`,
  [types.bucket]: () =>
    "BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.",
  [types.repository]: (name) =>
    `RepositoryAlreadyExistsException: The repository with name '${name}' already exists in the registry`,
  [types.logGroup]: () => "ResourceAlreadyExistsException: The specified log group already exists",
  "aws:ec2/route:Route": () => "RouteAlreadyExists: The route already exists in this route table.",
};

/** EC2's word for all its kinds. */
function dependencyViolation(kind: string, { id }: Stored, user: Stored): string {
  return `DependencyViolation: The ${kind} '${id}' has dependencies and cannot be deleted. (${user.type} ${user.id})`;
}

const inUse: Readonly<Record<string, (target: Stored, user: Stored) => string>> = {
  [types.vpc]: (target, user) => dependencyViolation("vpc", target, user),
  [types.subnet]: (target, user) => dependencyViolation("subnet", target, user),
  [types.routeTable]: (target, user) => dependencyViolation("routeTable", target, user),
  [types.internetGateway]: (target, user) => dependencyViolation("internetGateway", target, user),
  [types.securityGroup]: ({ id }, user) =>
    `DependencyViolation: resource ${id} has a dependent object (${user.type} ${user.id})`,
  [types.address]: ({ id }, user) =>
    `InvalidIPAddress.InUse: Address ${id} is in use by ${user.id}.`,
  [types.cluster]: ({ name }) => `ResourceInUseException: Cluster has nodegroups attached: ${name}`,
  [types.role]: () => "DeleteConflict: Cannot delete entity, must detach all policies first.",
  [types.policy]: () => "DeleteConflict: Cannot delete a policy attached to entities.",
  [types.subnetGroup]: ({ name }, user) =>
    `InvalidDBSubnetGroupStateFault: Cannot delete the subnet group '${name}' because at least one database instance: ${user.name} is still using it.`,
  [types.parameterGroup]: () =>
    "InvalidDBParameterGroupState: One or more database instances are still members of this parameter group, so the group cannot be deleted",
};

/** AWS's own error codes and, as far as they are known, its words. */
export const refusals: Refusals = {
  missing: (type, reference) =>
    missing[type]?.(reference) ?? `ResourceNotFoundException: ${type} ${reference} does not exist`,
  exists: (type, id) =>
    exists[type]?.(id) ?? `ResourceInUseException: ${type} ${id} already exists`,
  inUse: (target, user) =>
    inUse[target.type]?.(target, user) ??
    `ResourceInUseException: ${target.type} ${target.id} is in use by ${user.type} ${user.id}`,
};
