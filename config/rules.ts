import * as access from "./rules/access.ts";
import { databaseHoldsThePools, leaseOutlastsHeartbeats } from "./rules/api.ts";
import { autoscalersFollowTheLoad } from "./rules/autoscaling.ts";
import * as backups from "./rules/backups.ts";
import { ownersPasswordIsOurs } from "./rules/rotations.ts";
import * as capacity from "./rules/capacity.ts";
import * as cloud from "./rules/cloud.ts";
import * as inputBuckets from "./rules/input-buckets.ts";
import {
  embeddedNodeHasOneUserNamespace,
  localHasNoPools,
  localKeepsItsLogs,
  nodePortsDiffer,
  ownClusterIsComplete,
  storeByTlsHasTheEdge,
} from "./rules/local.ts";
import * as modelServices from "./rules/model-services.ts";
import * as monitoring from "./rules/monitoring.ts";
import * as networks from "./rules/networks.ts";
import * as oidc from "./rules/oidc.ts";
import * as pools from "./rules/pools.ts";
import { profileNamesDiffer, profilesAreWhole } from "./rules/profiles.ts";
import * as production from "./rules/production.ts";
import * as quotas from "./rules/quotas.ts";
import * as replicas from "./rules/replicas.ts";
import {
  requestsFitLimits,
  workDirectoryHoldsAJob,
  workerRequestsFitTier,
} from "./rules/resources.ts";
import type { Rule } from "./rules/rule.ts";
import * as secrets from "./rules/secrets.ts";
import { uploadsFitTheStore, uploadsFitTheWorkers } from "./rules/uploads.ts";
import { urlRangesAreOfOthers, urlRangesAreRanges } from "./rules/url-input.ts";
import * as versions from "./rules/versions.ts";
import { ownWorkersAreNewEnough } from "./rules/workers.ts";

/** What must hold across keys: a config that breaks one of these is refused. */
export const rules: readonly Rule[] = [
  requestsFitLimits,
  workerRequestsFitTier,
  workDirectoryHoldsAJob,
  leaseOutlastsHeartbeats,
  databaseHoldsThePools,
  oidc.issuerIsAnHttpsUrl,
  oidc.issuerRangesAreRanges,
  inputBuckets.bucketNamesDiffer,
  inputBuckets.publicBucketsAreEncrypted,
  inputBuckets.bucketRangesAreRanges,
  profilesAreWhole,
  profileNamesDiffer,
  backups.backupsAreOfOurPostgres,
  ownersPasswordIsOurs,
  modelServices.modelImagesAreNamed,
  modelServices.modelReservesAreWithinLimits,
  modelServices.modelReplicasAreInOrder,
  modelServices.modelGpusHaveAPool,
  modelServices.modelPodsFitTheirQuota,
  replicas.replicaBoundsAreInOrder,
  replicas.autoscaledPodsStay,
  autoscalersFollowTheLoad,
  replicas.budgetIsOneOfTwo,
  replicas.budgetLetsNodesDrain,
  nodePortsDiffer,
  ownClusterIsComplete,
  localHasNoPools,
  localKeepsItsLogs,
  embeddedNodeHasOneUserNamespace,
  storeByTlsHasTheEdge,
  access.oneWayFromOutside,
  access.rolesHaveOneAccess,
  cloud.edgeHasNames,
  cloud.certificateIsOfTheRegion,
  cloud.publicEdgeHasTls,
  cloud.tlsEndsOnce,
  cloud.gatewayIsTheOneWay,
  cloud.zonesAreOfTheRegion,
  cloud.zonesTakeControlPlanes,
  cloud.machinesAreOfTheCloud,
  cloud.alternativesAreOfTheSize,
  cloud.managedPostgresFits,
  cloud.imageTagStands,
  cloud.digestsAreOfTheTag,
  monitoring.managedScrapingIsOfGke,
  monitoring.alertsAreOfOurAlertmanager,
  monitoring.receiversAreAddresses,
  networks.cidrsAreRanges,
  networks.networksDoNotOverlap,
  networks.networksHaveLengths,
  networks.podRangeHoldsTheNodes,
  urlRangesAreRanges,
  urlRangesAreOfOthers,
  uploadsFitTheStore,
  ownWorkersAreNewEnough,
  pools.poolNamesDiffer,
  pools.poolPrioritiesDiffer,
  pools.poolMachinesExist,
  pools.poolBoundsAreInOrder,
  pools.poolZonesAreZonesOfTheStack,
  pools.nvencWorkersHaveAPool,
  pools.spotPoolsHaveTwins,
  quotas.modelQuotasFitThePools,
  quotas.nvencWorkersFitThePools,
  capacity.cpuWorkersFitThePools,
  capacity.servicesFitTheSystemPool,
  capacity.slicesFitTheirNodes,
  versions.heldNodesFollowTheVersion,
  production.deletionIsProtected,
  production.teardownIsMeant,
  production.secretsAreProtected,
  production.endpointsAreClosed,
  secrets.outsideSecretsHaveAStore,
  secrets.storeIsForOutsideSecrets,
  secrets.embeddedNodeHasNoStore,
  secrets.outsideSecretsAreOutside,
  secrets.outsideLeavesAreNamed,
  secrets.namedLeavesHaveAStore,
];

/** Choices that are unusual and may be intended: a warning. */
export const warnings: readonly Rule[] = [
  pools.gpusDoNotEnd,
  versions.supportLasts,
  capacity.machineSizesAreKnown,
  quotas.nvencBoundFitsThePools,
  quotas.promisesFitThePools,
  access.somebodyMayOperate,
  uploadsFitTheWorkers,
];
