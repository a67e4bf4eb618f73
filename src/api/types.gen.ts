// Made by scripts/generate-types.ts from facts/types.json: change those.
import type { KubeObject, ObjectMeta } from "./object.ts";

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup */
export interface APIGroup {
  readonly name: string;
  readonly preferredVersion?: GroupVersionForDiscovery;
  readonly serverAddressByClientCIDRs?: readonly ServerAddressByClientCIDR[];
  readonly versions: readonly GroupVersionForDiscovery[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList */
export interface APIGroupList {
  readonly groups: readonly APIGroup[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIResource */
export interface APIResource {
  readonly categories?: readonly string[];
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly singularName: string;
  readonly storageVersionHash?: string;
  readonly verbs: readonly string[];
  readonly version?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList */
export interface APIResourceList {
  readonly groupVersion: string;
  readonly resources: readonly APIResource[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions */
export interface APIVersions {
  readonly serverAddressByClientCIDRs: readonly ServerAddressByClientCIDR[];
  readonly versions: readonly string[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.Condition */
export interface Condition {
  readonly lastTransitionTime: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly reason: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions */
export interface DeleteOptions {
  readonly dryRun?: readonly string[];
  readonly gracePeriodSeconds?: number;
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
  readonly orphanDependents?: boolean;
  readonly preconditions?: Preconditions;
  readonly propagationPolicy?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement */
export interface FieldSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery */
export interface GroupVersionForDiscovery {
  readonly groupVersion: string;
  readonly version: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector */
export interface LabelSelector {
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement */
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta */
export interface ListMeta {
  readonly continue?: string;
  readonly remainingItemCount?: number;
  readonly resourceVersion?: string;
  readonly selfLink?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ListOptions */
export interface ListOptions {
  readonly allowWatchBookmarks?: boolean;
  readonly continue?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly limit?: number;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
  readonly watch?: boolean;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry */
export interface ManagedFieldsEntry {
  readonly apiVersion?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: Record<string, unknown>;
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly blockOwnerDeletion?: boolean;
  readonly controller?: boolean;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata */
export interface PartialObjectMetadata extends KubeObject {}

/** io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions */
export interface Preconditions {
  readonly resourceVersion?: string;
  readonly uid?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR */
export interface ServerAddressByClientCIDR {
  readonly clientCIDR: string;
  readonly serverAddress: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.Status */
export interface Status {
  readonly code?: number;
  readonly details?: StatusDetails;
  readonly message?: string;
  readonly metadata?: ListMeta;
  readonly reason?: string;
  readonly status?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause */
export interface StatusCause {
  readonly field?: string;
  readonly message?: string;
  readonly reason?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails */
export interface StatusDetails {
  readonly causes?: readonly StatusCause[];
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly retryAfterSeconds?: number;
  readonly uid?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.Table */
export interface Table {
  readonly columnDefinitions: readonly unknown[];
  readonly metadata?: ListMeta;
  readonly rows: readonly unknown[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent */
export interface WatchEvent {
  readonly object: Record<string, unknown>;
  readonly type: string;
}

/** io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource */
export interface AWSElasticBlockStoreVolumeSource {
  readonly fsType?: string;
  readonly partition?: number;
  readonly readOnly?: boolean;
  readonly volumeID: string;
}

/** io.k8s.api.core.v1.Affinity */
export interface Affinity {
  readonly nodeAffinity?: NodeAffinity;
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAntiAffinity;
}

/** io.k8s.api.core.v1.AppArmorProfile */
export interface AppArmorProfile {
  readonly localhostProfile?: string;
  readonly type: "Localhost" | "RuntimeDefault" | "Unconfined";
}

/** io.k8s.api.core.v1.AttachedVolume */
export interface AttachedVolume {
  readonly devicePath: string;
  readonly name: string;
}

/** io.k8s.api.core.v1.AzureDiskVolumeSource */
export interface AzureDiskVolumeSource {
  readonly cachingMode?: "None" | "ReadOnly" | "ReadWrite";
  readonly diskName: string;
  readonly diskURI: string;
  readonly fsType?: string;
  readonly kind?: "Dedicated" | "Managed" | "Shared";
  readonly readOnly?: boolean;
}

/** io.k8s.api.core.v1.AzureFilePersistentVolumeSource */
export interface AzureFilePersistentVolumeSource {
  readonly readOnly?: boolean;
  readonly secretName: string;
  readonly secretNamespace?: string;
  readonly shareName: string;
}

/** io.k8s.api.core.v1.AzureFileVolumeSource */
export interface AzureFileVolumeSource {
  readonly readOnly?: boolean;
  readonly secretName: string;
  readonly shareName: string;
}

/** io.k8s.api.core.v1.Binding */
export interface Binding extends KubeObject {
  readonly target: ObjectReference;
}

/** io.k8s.api.core.v1.CSIPersistentVolumeSource */
export interface CSIPersistentVolumeSource {
  readonly controllerExpandSecretRef?: SecretReference;
  readonly controllerPublishSecretRef?: SecretReference;
  readonly driver: string;
  readonly fsType?: string;
  readonly nodeExpandSecretRef?: SecretReference;
  readonly nodePublishSecretRef?: SecretReference;
  readonly nodeStageSecretRef?: SecretReference;
  readonly readOnly?: boolean;
  readonly volumeAttributes?: Readonly<Record<string, string>>;
  readonly volumeHandle: string;
}

/** io.k8s.api.core.v1.CSIVolumeSource */
export interface CSIVolumeSource {
  readonly driver: string;
  readonly fsType?: string;
  readonly nodePublishSecretRef?: LocalObjectReference;
  readonly readOnly?: boolean;
  readonly volumeAttributes?: Readonly<Record<string, string>>;
}

/** io.k8s.api.core.v1.Capabilities */
export interface Capabilities {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
}

/** io.k8s.api.core.v1.CephFSPersistentVolumeSource */
export interface CephFSPersistentVolumeSource {
  readonly monitors: readonly string[];
  readonly path?: string;
  readonly readOnly?: boolean;
  readonly secretFile?: string;
  readonly secretRef?: SecretReference;
  readonly user?: string;
}

/** io.k8s.api.core.v1.CephFSVolumeSource */
export interface CephFSVolumeSource {
  readonly monitors: readonly string[];
  readonly path?: string;
  readonly readOnly?: boolean;
  readonly secretFile?: string;
  readonly secretRef?: LocalObjectReference;
  readonly user?: string;
}

/** io.k8s.api.core.v1.CinderPersistentVolumeSource */
export interface CinderPersistentVolumeSource {
  readonly fsType?: string;
  readonly readOnly?: boolean;
  readonly secretRef?: SecretReference;
  readonly volumeID: string;
}

/** io.k8s.api.core.v1.CinderVolumeSource */
export interface CinderVolumeSource {
  readonly fsType?: string;
  readonly readOnly?: boolean;
  readonly secretRef?: LocalObjectReference;
  readonly volumeID: string;
}

/** io.k8s.api.core.v1.ClientIPConfig */
export interface ClientIPConfig {
  readonly timeoutSeconds?: number;
}

/** io.k8s.api.core.v1.ClusterTrustBundleProjection */
export interface ClusterTrustBundleProjection {
  readonly labelSelector?: LabelSelector;
  readonly name?: string;
  readonly optional?: boolean;
  readonly path: string;
  readonly signerName?: string;
}

/** io.k8s.api.core.v1.ComponentCondition */
export interface ComponentCondition {
  readonly error?: string;
  readonly message?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.core.v1.ComponentStatus */
export interface ComponentStatus extends KubeObject {
  readonly conditions?: readonly ComponentCondition[];
}

/** io.k8s.api.core.v1.ConfigMap */
export interface ConfigMap extends KubeObject {
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** io.k8s.api.core.v1.ConfigMapEnvSource */
export interface ConfigMapEnvSource extends LocalObjectReference {
  readonly optional?: boolean;
}

/** io.k8s.api.core.v1.ConfigMapKeySelector */
export interface ConfigMapKeySelector extends LocalObjectReference {
  readonly key: string;
  readonly optional?: boolean;
}

/** io.k8s.api.core.v1.ConfigMapNodeConfigSource */
export interface ConfigMapNodeConfigSource {
  readonly kubeletConfigKey: string;
  readonly name: string;
  readonly namespace: string;
  readonly resourceVersion?: string;
  readonly uid?: string;
}

/** io.k8s.api.core.v1.ConfigMapProjection */
export interface ConfigMapProjection extends LocalObjectReference {
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

/** io.k8s.api.core.v1.ConfigMapVolumeSource */
export interface ConfigMapVolumeSource extends LocalObjectReference {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

/** io.k8s.api.core.v1.Container */
export interface Container {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly image?: string;
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  readonly lifecycle?: Lifecycle;
  readonly livenessProbe?: Probe;
  readonly name: string;
  readonly ports?: readonly ContainerPort[];
  readonly readinessProbe?: Probe;
  readonly resizePolicy?: readonly ContainerResizePolicy[];
  readonly resources?: ResourceRequirements;
  readonly restartPolicy?: string;
  readonly securityContext?: SecurityContext;
  readonly startupProbe?: Probe;
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: "FallbackToLogsOnError" | "File";
  readonly tty?: boolean;
  readonly volumeDevices?: readonly VolumeDevice[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly workingDir?: string;
}

/** io.k8s.api.core.v1.ContainerImage */
export interface ContainerImage {
  readonly names?: readonly string[];
  readonly sizeBytes?: number;
}

/** io.k8s.api.core.v1.ContainerPort */
export interface ContainerPort {
  readonly containerPort: number;
  readonly hostIP?: string;
  readonly hostPort?: number;
  readonly name?: string;
  readonly protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.core.v1.ContainerResizePolicy */
export interface ContainerResizePolicy {
  readonly resourceName: string;
  readonly restartPolicy: string;
}

/** io.k8s.api.core.v1.ContainerState */
export interface ContainerState {
  readonly running?: ContainerStateRunning;
  readonly terminated?: ContainerStateTerminated;
  readonly waiting?: ContainerStateWaiting;
}

/** io.k8s.api.core.v1.ContainerStateRunning */
export interface ContainerStateRunning {
  readonly startedAt?: string;
}

/** io.k8s.api.core.v1.ContainerStateTerminated */
export interface ContainerStateTerminated {
  readonly containerID?: string;
  readonly exitCode: number;
  readonly finishedAt?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly signal?: number;
  readonly startedAt?: string;
}

/** io.k8s.api.core.v1.ContainerStateWaiting */
export interface ContainerStateWaiting {
  readonly message?: string;
  readonly reason?: string;
}

/** io.k8s.api.core.v1.ContainerStatus */
export interface ContainerStatus {
  readonly allocatedResources?: Readonly<Record<string, string>>;
  readonly allocatedResourcesStatus?: readonly ResourceStatus[];
  readonly containerID?: string;
  readonly image: string;
  readonly imageID: string;
  readonly lastState?: ContainerState;
  readonly name: string;
  readonly ready: boolean;
  readonly resources?: ResourceRequirements;
  readonly restartCount: number;
  readonly started?: boolean;
  readonly state?: ContainerState;
  readonly user?: ContainerUser;
  readonly volumeMounts?: readonly VolumeMountStatus[];
}

/** io.k8s.api.core.v1.ContainerUser */
export interface ContainerUser {
  readonly linux?: LinuxContainerUser;
}

/** io.k8s.api.core.v1.DaemonEndpoint */
export interface DaemonEndpoint {
  readonly Port: number;
}

/** io.k8s.api.core.v1.DownwardAPIProjection */
export interface DownwardAPIProjection {
  readonly items?: readonly DownwardAPIVolumeFile[];
}

/** io.k8s.api.core.v1.DownwardAPIVolumeFile */
export interface DownwardAPIVolumeFile {
  readonly fieldRef?: ObjectFieldSelector;
  readonly mode?: number;
  readonly path: string;
  readonly resourceFieldRef?: ResourceFieldSelector;
}

/** io.k8s.api.core.v1.DownwardAPIVolumeSource */
export interface DownwardAPIVolumeSource {
  readonly defaultMode?: number;
  readonly items?: readonly DownwardAPIVolumeFile[];
}

/** io.k8s.api.core.v1.EmptyDirVolumeSource */
export interface EmptyDirVolumeSource {
  readonly medium?: string;
  readonly sizeLimit?: string;
}

/** io.k8s.api.core.v1.EndpointAddress */
export interface EndpointAddress {
  readonly hostname?: string;
  readonly ip: string;
  readonly nodeName?: string;
  readonly targetRef?: ObjectReference;
}

/** io.k8s.api.core.v1.EndpointPort */
export interface EndpointPort {
  readonly appProtocol?: string;
  readonly name?: string;
  readonly port: number;
  readonly protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.core.v1.EndpointSubset */
export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly EndpointPort[];
}

/** io.k8s.api.core.v1.Endpoints */
export interface Endpoints extends KubeObject {
  readonly subsets?: readonly EndpointSubset[];
}

/** io.k8s.api.core.v1.EnvFromSource */
export interface EnvFromSource {
  readonly configMapRef?: ConfigMapEnvSource;
  readonly prefix?: string;
  readonly secretRef?: SecretEnvSource;
}

/** io.k8s.api.core.v1.EnvVar */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: EnvVarSource;
}

/** io.k8s.api.core.v1.EnvVarSource */
export interface EnvVarSource {
  readonly configMapKeyRef?: ConfigMapKeySelector;
  readonly fieldRef?: ObjectFieldSelector;
  readonly resourceFieldRef?: ResourceFieldSelector;
  readonly secretKeyRef?: SecretKeySelector;
}

/** io.k8s.api.core.v1.EphemeralContainer */
export interface EphemeralContainer extends EphemeralContainerCommon {
  readonly targetContainerName?: string;
}

/** io.k8s.api.core.v1.EphemeralContainerCommon */
export interface EphemeralContainerCommon {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly image?: string;
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  readonly lifecycle?: Lifecycle;
  readonly livenessProbe?: Probe;
  readonly name: string;
  readonly ports?: readonly ContainerPort[];
  readonly readinessProbe?: Probe;
  readonly resizePolicy?: readonly ContainerResizePolicy[];
  readonly resources?: ResourceRequirements;
  readonly restartPolicy?: string;
  readonly securityContext?: SecurityContext;
  readonly startupProbe?: Probe;
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: "FallbackToLogsOnError" | "File";
  readonly tty?: boolean;
  readonly volumeDevices?: readonly VolumeDevice[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly workingDir?: string;
}

/** io.k8s.api.core.v1.EphemeralVolumeSource */
export interface EphemeralVolumeSource {
  readonly volumeClaimTemplate?: PersistentVolumeClaimTemplate;
}

/** io.k8s.api.core.v1.Event */
export interface Event extends KubeObject {
  readonly action?: string;
  readonly count?: number;
  readonly eventTime?: string;
  readonly firstTimestamp?: string;
  readonly involvedObject: ObjectReference;
  readonly lastTimestamp?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly related?: ObjectReference;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly series?: EventSeries;
  readonly source?: EventSource;
  readonly type?: string;
}

/** io.k8s.api.core.v1.EventSeries */
export interface EventSeries {
  readonly count?: number;
  readonly lastObservedTime?: string;
}

/** io.k8s.api.core.v1.EventSource */
export interface EventSource {
  readonly component?: string;
  readonly host?: string;
}

/** io.k8s.api.core.v1.ExecAction */
export interface ExecAction {
  readonly command?: readonly string[];
}

/** io.k8s.api.core.v1.FCVolumeSource */
export interface FCVolumeSource {
  readonly fsType?: string;
  readonly lun?: number;
  readonly readOnly?: boolean;
  readonly targetWWNs?: readonly string[];
  readonly wwids?: readonly string[];
}

/** io.k8s.api.core.v1.FlexPersistentVolumeSource */
export interface FlexPersistentVolumeSource {
  readonly driver: string;
  readonly fsType?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  readonly secretRef?: SecretReference;
}

/** io.k8s.api.core.v1.FlexVolumeSource */
export interface FlexVolumeSource {
  readonly driver: string;
  readonly fsType?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  readonly secretRef?: LocalObjectReference;
}

/** io.k8s.api.core.v1.FlockerVolumeSource */
export interface FlockerVolumeSource {
  readonly datasetName?: string;
  readonly datasetUUID?: string;
}

/** io.k8s.api.core.v1.GCEPersistentDiskVolumeSource */
export interface GCEPersistentDiskVolumeSource {
  readonly fsType?: string;
  readonly partition?: number;
  readonly pdName: string;
  readonly readOnly?: boolean;
}

/** io.k8s.api.core.v1.GRPCAction */
export interface GRPCAction {
  readonly port: number;
  readonly service?: string;
}

/** io.k8s.api.core.v1.GitRepoVolumeSource */
export interface GitRepoVolumeSource {
  readonly directory?: string;
  readonly repository: string;
  readonly revision?: string;
}

/** io.k8s.api.core.v1.GlusterfsPersistentVolumeSource */
export interface GlusterfsPersistentVolumeSource {
  readonly endpoints: string;
  readonly endpointsNamespace?: string;
  readonly path: string;
  readonly readOnly?: boolean;
}

/** io.k8s.api.core.v1.GlusterfsVolumeSource */
export interface GlusterfsVolumeSource {
  readonly endpoints: string;
  readonly path: string;
  readonly readOnly?: boolean;
}

/** io.k8s.api.core.v1.HTTPGetAction */
export interface HTTPGetAction {
  readonly host?: string;
  readonly httpHeaders?: readonly HTTPHeader[];
  readonly path?: string;
  readonly port: number | string;
  readonly scheme?: "HTTP" | "HTTPS";
}

/** io.k8s.api.core.v1.HTTPHeader */
export interface HTTPHeader {
  readonly name: string;
  readonly value: string;
}

/** io.k8s.api.core.v1.HostAlias */
export interface HostAlias {
  readonly hostnames?: readonly string[];
  readonly ip: string;
}

/** io.k8s.api.core.v1.HostIP */
export interface HostIP {
  readonly ip: string;
}

/** io.k8s.api.core.v1.HostPathVolumeSource */
export interface HostPathVolumeSource {
  readonly path: string;
  readonly type?:
    | ""
    | "BlockDevice"
    | "CharDevice"
    | "Directory"
    | "DirectoryOrCreate"
    | "File"
    | "FileOrCreate"
    | "Socket";
}

/** io.k8s.api.core.v1.ISCSIPersistentVolumeSource */
export interface ISCSIPersistentVolumeSource {
  readonly chapAuthDiscovery?: boolean;
  readonly chapAuthSession?: boolean;
  readonly fsType?: string;
  readonly initiatorName?: string;
  readonly iqn: string;
  readonly iscsiInterface?: string;
  readonly lun: number;
  readonly portals?: readonly string[];
  readonly readOnly?: boolean;
  readonly secretRef?: SecretReference;
  readonly targetPortal: string;
}

/** io.k8s.api.core.v1.ISCSIVolumeSource */
export interface ISCSIVolumeSource {
  readonly chapAuthDiscovery?: boolean;
  readonly chapAuthSession?: boolean;
  readonly fsType?: string;
  readonly initiatorName?: string;
  readonly iqn: string;
  readonly iscsiInterface?: string;
  readonly lun: number;
  readonly portals?: readonly string[];
  readonly readOnly?: boolean;
  readonly secretRef?: LocalObjectReference;
  readonly targetPortal: string;
}

/** io.k8s.api.core.v1.ImageVolumeSource */
export interface ImageVolumeSource {
  readonly pullPolicy?: "Always" | "IfNotPresent" | "Never";
  readonly reference?: string;
}

/** io.k8s.api.core.v1.KeyToPath */
export interface KeyToPath {
  readonly key: string;
  readonly mode?: number;
  readonly path: string;
}

/** io.k8s.api.core.v1.Lifecycle */
export interface Lifecycle {
  readonly postStart?: LifecycleHandler;
  readonly preStop?: LifecycleHandler;
}

/** io.k8s.api.core.v1.LifecycleHandler */
export interface LifecycleHandler {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly sleep?: SleepAction;
  readonly tcpSocket?: TCPSocketAction;
}

/** io.k8s.api.core.v1.LimitRange */
export interface LimitRange extends KubeObject {
  readonly spec: LimitRangeSpec;
}

/** io.k8s.api.core.v1.LimitRangeItem */
export interface LimitRangeItem {
  readonly default?: Readonly<Record<string, string>>;
  readonly defaultRequest?: Readonly<Record<string, string>>;
  readonly max?: Readonly<Record<string, string>>;
  readonly maxLimitRequestRatio?: Readonly<Record<string, string>>;
  readonly min?: Readonly<Record<string, string>>;
  readonly type: string;
}

/** io.k8s.api.core.v1.LimitRangeSpec */
export interface LimitRangeSpec {
  readonly limits: readonly LimitRangeItem[];
}

/** io.k8s.api.core.v1.LinuxContainerUser */
export interface LinuxContainerUser {
  readonly gid: number;
  readonly supplementalGroups?: readonly number[];
  readonly uid: number;
}

/** io.k8s.api.core.v1.LoadBalancerIngress */
export interface LoadBalancerIngress {
  readonly hostname?: string;
  readonly ip?: string;
  readonly ipMode?: string;
  readonly ports?: readonly PortStatus[];
}

/** io.k8s.api.core.v1.LoadBalancerStatus */
export interface LoadBalancerStatus {
  readonly ingress?: readonly LoadBalancerIngress[];
}

/** io.k8s.api.core.v1.LocalObjectReference */
export interface LocalObjectReference {
  readonly name?: string;
}

/** io.k8s.api.core.v1.LocalVolumeSource */
export interface LocalVolumeSource {
  readonly fsType?: string;
  readonly path: string;
}

/** io.k8s.api.core.v1.ModifyVolumeStatus */
export interface ModifyVolumeStatus {
  readonly status: "InProgress" | "Infeasible" | "Pending";
  readonly targetVolumeAttributesClassName?: string;
}

/** io.k8s.api.core.v1.NFSVolumeSource */
export interface NFSVolumeSource {
  readonly path: string;
  readonly readOnly?: boolean;
  readonly server: string;
}

/** io.k8s.api.core.v1.Namespace */
export interface Namespace extends KubeObject {
  readonly spec: NamespaceSpec;
  readonly status?: NamespaceStatus;
}

/** io.k8s.api.core.v1.NamespaceCondition */
export interface NamespaceCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.core.v1.NamespaceSpec */
export interface NamespaceSpec {
  readonly finalizers?: readonly string[];
}

/** io.k8s.api.core.v1.NamespaceStatus */
export interface NamespaceStatus {
  readonly conditions?: readonly NamespaceCondition[];
  readonly phase?: "Active" | "Terminating";
}

/** io.k8s.api.core.v1.Node */
export interface Node extends KubeObject {
  readonly spec: NodeSpec;
  readonly status?: NodeStatus;
}

/** io.k8s.api.core.v1.NodeAddress */
export interface NodeAddress {
  readonly address: string;
  readonly type: string;
}

/** io.k8s.api.core.v1.NodeAffinity */
export interface NodeAffinity {
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[];
  readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
}

/** io.k8s.api.core.v1.NodeCondition */
export interface NodeCondition {
  readonly lastHeartbeatTime?: string;
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.core.v1.NodeConfigSource */
export interface NodeConfigSource {
  readonly configMap?: ConfigMapNodeConfigSource;
}

/** io.k8s.api.core.v1.NodeConfigStatus */
export interface NodeConfigStatus {
  readonly active?: NodeConfigSource;
  readonly assigned?: NodeConfigSource;
  readonly error?: string;
  readonly lastKnownGood?: NodeConfigSource;
}

/** io.k8s.api.core.v1.NodeDaemonEndpoints */
export interface NodeDaemonEndpoints {
  readonly kubeletEndpoint?: DaemonEndpoint;
}

/** io.k8s.api.core.v1.NodeFeatures */
export interface NodeFeatures {
  readonly supplementalGroupsPolicy?: boolean;
}

/** io.k8s.api.core.v1.NodeRuntimeHandler */
export interface NodeRuntimeHandler {
  readonly features?: NodeRuntimeHandlerFeatures;
  readonly name?: string;
}

/** io.k8s.api.core.v1.NodeRuntimeHandlerFeatures */
export interface NodeRuntimeHandlerFeatures {
  readonly recursiveReadOnlyMounts?: boolean;
  readonly userNamespaces?: boolean;
}

/** io.k8s.api.core.v1.NodeSelector */
export interface NodeSelector {
  readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
}

/** io.k8s.api.core.v1.NodeSelectorRequirement */
export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: "DoesNotExist" | "Exists" | "Gt" | "In" | "Lt" | "NotIn";
  readonly values?: readonly string[];
}

/** io.k8s.api.core.v1.NodeSelectorTerm */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
}

/** io.k8s.api.core.v1.NodeSpec */
export interface NodeSpec {
  readonly configSource?: NodeConfigSource;
  readonly externalID?: string;
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
}

/** io.k8s.api.core.v1.NodeStatus */
export interface NodeStatus {
  readonly addresses?: readonly NodeAddress[];
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly capacity?: Readonly<Record<string, string>>;
  readonly conditions?: readonly NodeCondition[];
  readonly config?: NodeConfigStatus;
  readonly daemonEndpoints?: NodeDaemonEndpoints;
  readonly features?: NodeFeatures;
  readonly images?: readonly ContainerImage[];
  readonly nodeInfo?: NodeSystemInfo;
  readonly phase?: "Pending" | "Running" | "Terminated";
  readonly runtimeHandlers?: readonly NodeRuntimeHandler[];
  readonly volumesAttached?: readonly AttachedVolume[];
  readonly volumesInUse?: readonly string[];
}

/** io.k8s.api.core.v1.NodeSystemInfo */
export interface NodeSystemInfo {
  readonly architecture: string;
  readonly bootID: string;
  readonly containerRuntimeVersion: string;
  readonly kernelVersion: string;
  readonly kubeProxyVersion: string;
  readonly kubeletVersion: string;
  readonly machineID: string;
  readonly operatingSystem: string;
  readonly osImage: string;
  readonly systemUUID: string;
}

/** io.k8s.api.core.v1.ObjectFieldSelector */
export interface ObjectFieldSelector {
  readonly apiVersion?: string;
  readonly fieldPath: string;
}

/** io.k8s.api.core.v1.ObjectReference */
export interface ObjectReference {
  readonly apiVersion?: string;
  readonly fieldPath?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly resourceVersion?: string;
  readonly uid?: string;
}

/** io.k8s.api.core.v1.PersistentVolume */
export interface PersistentVolume extends KubeObject {
  readonly spec: PersistentVolumeSpec;
  readonly status?: PersistentVolumeStatus;
}

/** io.k8s.api.core.v1.PersistentVolumeClaim */
export interface PersistentVolumeClaim extends KubeObject {
  readonly spec: PersistentVolumeClaimSpec;
  readonly status?: PersistentVolumeClaimStatus;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimCondition */
export interface PersistentVolumeClaimCondition {
  readonly lastProbeTime?: string;
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimSpec */
export interface PersistentVolumeClaimSpec {
  readonly accessModes?: readonly ("ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod")[];
  readonly dataSource?: TypedLocalObjectReference;
  readonly dataSourceRef?: TypedObjectReference;
  readonly resources?: VolumeResourceRequirements;
  readonly selector?: LabelSelector;
  readonly storageClassName?: string;
  readonly volumeAttributesClassName?: string;
  readonly volumeMode?: "Block" | "Filesystem";
  readonly volumeName?: string;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimStatus */
export interface PersistentVolumeClaimStatus {
  readonly accessModes?: readonly ("ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod")[];
  readonly allocatedResourceStatuses?: Readonly<
    Record<
      string,
      | "ControllerResizeInProgress"
      | "ControllerResizeInfeasible"
      | "NodeResizeInProgress"
      | "NodeResizeInfeasible"
      | "NodeResizePending"
    >
  >;
  readonly allocatedResources?: Readonly<Record<string, string>>;
  readonly capacity?: Readonly<Record<string, string>>;
  readonly conditions?: readonly PersistentVolumeClaimCondition[];
  readonly currentVolumeAttributesClassName?: string;
  readonly modifyVolumeStatus?: ModifyVolumeStatus;
  readonly phase?: "Bound" | "Lost" | "Pending";
}

/** io.k8s.api.core.v1.PersistentVolumeClaimTemplate */
export interface PersistentVolumeClaimTemplate {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: PersistentVolumeClaimSpec;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource */
export interface PersistentVolumeClaimVolumeSource {
  readonly claimName: string;
  readonly readOnly?: boolean;
}

/** io.k8s.api.core.v1.PersistentVolumeSource */
export interface PersistentVolumeSource {
  readonly awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  readonly azureDisk?: AzureDiskVolumeSource;
  readonly azureFile?: AzureFilePersistentVolumeSource;
  readonly cephfs?: CephFSPersistentVolumeSource;
  readonly cinder?: CinderPersistentVolumeSource;
  readonly csi?: CSIPersistentVolumeSource;
  readonly fc?: FCVolumeSource;
  readonly flexVolume?: FlexPersistentVolumeSource;
  readonly flocker?: FlockerVolumeSource;
  readonly gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  readonly glusterfs?: GlusterfsPersistentVolumeSource;
  readonly hostPath?: HostPathVolumeSource;
  readonly iscsi?: ISCSIPersistentVolumeSource;
  readonly local?: LocalVolumeSource;
  readonly nfs?: NFSVolumeSource;
  readonly photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  readonly portworxVolume?: PortworxVolumeSource;
  readonly quobyte?: QuobyteVolumeSource;
  readonly rbd?: RBDPersistentVolumeSource;
  readonly scaleIO?: ScaleIOPersistentVolumeSource;
  readonly storageos?: StorageOSPersistentVolumeSource;
  readonly vsphereVolume?: VsphereVirtualDiskVolumeSource;
}

/** io.k8s.api.core.v1.PersistentVolumeSpec */
export interface PersistentVolumeSpec extends PersistentVolumeSource {
  readonly accessModes?: readonly ("ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod")[];
  readonly capacity?: Readonly<Record<string, string>>;
  readonly claimRef?: ObjectReference;
  readonly mountOptions?: readonly string[];
  readonly nodeAffinity?: VolumeNodeAffinity;
  readonly persistentVolumeReclaimPolicy?: "Delete" | "Recycle" | "Retain";
  readonly storageClassName?: string;
  readonly volumeAttributesClassName?: string;
  readonly volumeMode?: "Block" | "Filesystem";
}

/** io.k8s.api.core.v1.PersistentVolumeStatus */
export interface PersistentVolumeStatus {
  readonly lastPhaseTransitionTime?: string;
  readonly message?: string;
  readonly phase?: "Available" | "Bound" | "Failed" | "Pending" | "Released";
  readonly reason?: string;
}

/** io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource */
export interface PhotonPersistentDiskVolumeSource {
  readonly fsType?: string;
  readonly pdID: string;
}

/** io.k8s.api.core.v1.Pod */
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** io.k8s.api.core.v1.PodAffinity */
export interface PodAffinity {
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[];
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
}

/** io.k8s.api.core.v1.PodAffinityTerm */
export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey: string;
}

/** io.k8s.api.core.v1.PodAntiAffinity */
export interface PodAntiAffinity {
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[];
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
}

/** io.k8s.api.core.v1.PodCondition */
export interface PodCondition {
  readonly lastProbeTime?: string;
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.core.v1.PodDNSConfig */
export interface PodDNSConfig {
  readonly nameservers?: readonly string[];
  readonly options?: readonly PodDNSConfigOption[];
  readonly searches?: readonly string[];
}

/** io.k8s.api.core.v1.PodDNSConfigOption */
export interface PodDNSConfigOption {
  readonly name?: string;
  readonly value?: string;
}

/** io.k8s.api.core.v1.PodIP */
export interface PodIP {
  readonly ip: string;
}

/** io.k8s.api.core.v1.PodOS */
export interface PodOS {
  readonly name: string;
}

/** io.k8s.api.core.v1.PodReadinessGate */
export interface PodReadinessGate {
  readonly conditionType: string;
}

/** io.k8s.api.core.v1.PodResourceClaim */
export interface PodResourceClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

/** io.k8s.api.core.v1.PodResourceClaimStatus */
export interface PodResourceClaimStatus {
  readonly name: string;
  readonly resourceClaimName?: string;
}

/** io.k8s.api.core.v1.PodSchedulingGate */
export interface PodSchedulingGate {
  readonly name: string;
}

/** io.k8s.api.core.v1.PodSecurityContext */
export interface PodSecurityContext {
  readonly appArmorProfile?: AppArmorProfile;
  readonly fsGroup?: number;
  readonly fsGroupChangePolicy?: "Always" | "OnRootMismatch";
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seLinuxChangePolicy?: string;
  readonly seLinuxOptions?: SELinuxOptions;
  readonly seccompProfile?: SeccompProfile;
  readonly supplementalGroups?: readonly number[];
  readonly supplementalGroupsPolicy?: "Merge" | "Strict";
  readonly sysctls?: readonly Sysctl[];
  readonly windowsOptions?: WindowsSecurityContextOptions;
}

/** io.k8s.api.core.v1.PodSpec */
export interface PodSpec {
  readonly activeDeadlineSeconds?: number;
  readonly affinity?: Affinity;
  readonly automountServiceAccountToken?: boolean;
  readonly containers: readonly Container[];
  readonly dnsConfig?: PodDNSConfig;
  readonly dnsPolicy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  readonly enableServiceLinks?: boolean;
  readonly ephemeralContainers?: readonly EphemeralContainer[];
  readonly hostAliases?: readonly HostAlias[];
  readonly hostIPC?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostUsers?: boolean;
  readonly hostname?: string;
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  readonly initContainers?: readonly Container[];
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly os?: PodOS;
  readonly overhead?: Readonly<Record<string, string>>;
  readonly preemptionPolicy?: "Never" | "PreemptLowerPriority";
  readonly priority?: number;
  readonly priorityClassName?: string;
  readonly readinessGates?: readonly PodReadinessGate[];
  readonly resourceClaims?: readonly PodResourceClaim[];
  readonly resources?: ResourceRequirements;
  readonly restartPolicy?: "Always" | "Never" | "OnFailure";
  readonly runtimeClassName?: string;
  readonly schedulerName?: string;
  readonly schedulingGates?: readonly PodSchedulingGate[];
  readonly securityContext?: PodSecurityContext;
  readonly serviceAccount?: string;
  readonly serviceAccountName?: string;
  readonly setHostnameAsFQDN?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly subdomain?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly tolerations?: readonly Toleration[];
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly volumes?: readonly Volume[];
}

/** io.k8s.api.core.v1.PodStatus */
export interface PodStatus {
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  readonly hostIP?: string;
  readonly hostIPs?: readonly HostIP[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly message?: string;
  readonly nominatedNodeName?: string;
  readonly phase?: "Failed" | "Pending" | "Running" | "Succeeded" | "Unknown";
  readonly podIP?: string;
  readonly podIPs?: readonly PodIP[];
  readonly qosClass?: "BestEffort" | "Burstable" | "Guaranteed";
  readonly reason?: string;
  readonly resize?: string;
  readonly resourceClaimStatuses?: readonly PodResourceClaimStatus[];
  readonly startTime?: string;
}

/** io.k8s.api.core.v1.PodTemplate */
export interface PodTemplate extends KubeObject {
  readonly template?: PodTemplateSpec;
}

/** io.k8s.api.core.v1.PodTemplateSpec */
export interface PodTemplateSpec {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: PodSpec;
}

/** io.k8s.api.core.v1.PortStatus */
export interface PortStatus {
  readonly error?: string;
  readonly port: number;
  readonly protocol: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.core.v1.PortworxVolumeSource */
export interface PortworxVolumeSource {
  readonly fsType?: string;
  readonly readOnly?: boolean;
  readonly volumeID: string;
}

/** io.k8s.api.core.v1.PreferredSchedulingTerm */
export interface PreferredSchedulingTerm {
  readonly preference: NodeSelectorTerm;
  readonly weight: number;
}

/** io.k8s.api.core.v1.Probe */
export interface Probe extends ProbeHandler {
  readonly failureThreshold?: number;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
  readonly timeoutSeconds?: number;
}

/** io.k8s.api.core.v1.ProbeHandler */
export interface ProbeHandler {
  readonly exec?: ExecAction;
  readonly grpc?: GRPCAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
}

/** io.k8s.api.core.v1.ProjectedVolumeSource */
export interface ProjectedVolumeSource {
  readonly defaultMode?: number;
  readonly sources?: readonly VolumeProjection[];
}

/** io.k8s.api.core.v1.QuobyteVolumeSource */
export interface QuobyteVolumeSource {
  readonly group?: string;
  readonly readOnly?: boolean;
  readonly registry: string;
  readonly tenant?: string;
  readonly user?: string;
  readonly volume: string;
}

/** io.k8s.api.core.v1.RBDPersistentVolumeSource */
export interface RBDPersistentVolumeSource {
  readonly fsType?: string;
  readonly image: string;
  readonly keyring?: string;
  readonly monitors: readonly string[];
  readonly pool?: string;
  readonly readOnly?: boolean;
  readonly secretRef?: SecretReference;
  readonly user?: string;
}

/** io.k8s.api.core.v1.RBDVolumeSource */
export interface RBDVolumeSource {
  readonly fsType?: string;
  readonly image: string;
  readonly keyring?: string;
  readonly monitors: readonly string[];
  readonly pool?: string;
  readonly readOnly?: boolean;
  readonly secretRef?: LocalObjectReference;
  readonly user?: string;
}

/** io.k8s.api.core.v1.ReplicationController */
export interface ReplicationController extends KubeObject {
  readonly spec: ReplicationControllerSpec;
  readonly status?: ReplicationControllerStatus;
}

/** io.k8s.api.core.v1.ReplicationControllerCondition */
export interface ReplicationControllerCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.core.v1.ReplicationControllerSpec */
export interface ReplicationControllerSpec {
  readonly minReadySeconds?: number;
  readonly replicas?: number;
  readonly selector?: Readonly<Record<string, string>>;
  readonly template?: PodTemplateSpec;
}

/** io.k8s.api.core.v1.ReplicationControllerStatus */
export interface ReplicationControllerStatus {
  readonly availableReplicas?: number;
  readonly conditions?: readonly ReplicationControllerCondition[];
  readonly fullyLabeledReplicas?: number;
  readonly observedGeneration?: number;
  readonly readyReplicas?: number;
  readonly replicas: number;
}

/** io.k8s.api.core.v1.ResourceClaim */
export interface ResourceClaim {
  readonly name: string;
  readonly request?: string;
}

/** io.k8s.api.core.v1.ResourceFieldSelector */
export interface ResourceFieldSelector {
  readonly containerName?: string;
  readonly divisor?: string;
  readonly resource: string;
}

/** io.k8s.api.core.v1.ResourceHealth */
export interface ResourceHealth {
  readonly health?: string;
  readonly resourceID: string;
}

/** io.k8s.api.core.v1.ResourceQuota */
export interface ResourceQuota extends KubeObject {
  readonly spec: ResourceQuotaSpec;
  readonly status?: ResourceQuotaStatus;
}

/** io.k8s.api.core.v1.ResourceQuotaSpec */
export interface ResourceQuotaSpec {
  readonly hard?: Readonly<Record<string, string>>;
  readonly scopeSelector?: ScopeSelector;
  readonly scopes?: readonly (
    | "BestEffort"
    | "CrossNamespacePodAffinity"
    | "NotBestEffort"
    | "NotTerminating"
    | "PriorityClass"
    | "Terminating"
  )[];
}

/** io.k8s.api.core.v1.ResourceQuotaStatus */
export interface ResourceQuotaStatus {
  readonly hard?: Readonly<Record<string, string>>;
  readonly used?: Readonly<Record<string, string>>;
}

/** io.k8s.api.core.v1.ResourceRequirements */
export interface ResourceRequirements {
  readonly claims?: readonly ResourceClaim[];
  readonly limits?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
}

/** io.k8s.api.core.v1.ResourceStatus */
export interface ResourceStatus {
  readonly name: string;
  readonly resources?: readonly ResourceHealth[];
}

/** io.k8s.api.core.v1.SELinuxOptions */
export interface SELinuxOptions {
  readonly level?: string;
  readonly role?: string;
  readonly type?: string;
  readonly user?: string;
}

/** io.k8s.api.core.v1.ScaleIOPersistentVolumeSource */
export interface ScaleIOPersistentVolumeSource {
  readonly fsType?: string;
  readonly gateway: string;
  readonly protectionDomain?: string;
  readonly readOnly?: boolean;
  readonly secretRef: SecretReference;
  readonly sslEnabled?: boolean;
  readonly storageMode?: string;
  readonly storagePool?: string;
  readonly system: string;
  readonly volumeName?: string;
}

/** io.k8s.api.core.v1.ScaleIOVolumeSource */
export interface ScaleIOVolumeSource {
  readonly fsType?: string;
  readonly gateway: string;
  readonly protectionDomain?: string;
  readonly readOnly?: boolean;
  readonly secretRef: LocalObjectReference;
  readonly sslEnabled?: boolean;
  readonly storageMode?: string;
  readonly storagePool?: string;
  readonly system: string;
  readonly volumeName?: string;
}

/** io.k8s.api.core.v1.ScopeSelector */
export interface ScopeSelector {
  readonly matchExpressions?: readonly ScopedResourceSelectorRequirement[];
}

/** io.k8s.api.core.v1.ScopedResourceSelectorRequirement */
export interface ScopedResourceSelectorRequirement {
  readonly operator: "DoesNotExist" | "Exists" | "In" | "NotIn";
  readonly scopeName:
    | "BestEffort"
    | "CrossNamespacePodAffinity"
    | "NotBestEffort"
    | "NotTerminating"
    | "PriorityClass"
    | "Terminating";
  readonly values?: readonly string[];
}

/** io.k8s.api.core.v1.SeccompProfile */
export interface SeccompProfile {
  readonly localhostProfile?: string;
  readonly type: "Localhost" | "RuntimeDefault" | "Unconfined";
}

/** io.k8s.api.core.v1.Secret */
export interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
}

/** io.k8s.api.core.v1.SecretEnvSource */
export interface SecretEnvSource extends LocalObjectReference {
  readonly optional?: boolean;
}

/** io.k8s.api.core.v1.SecretKeySelector */
export interface SecretKeySelector extends LocalObjectReference {
  readonly key: string;
  readonly optional?: boolean;
}

/** io.k8s.api.core.v1.SecretProjection */
export interface SecretProjection extends LocalObjectReference {
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

/** io.k8s.api.core.v1.SecretReference */
export interface SecretReference {
  readonly name?: string;
  readonly namespace?: string;
}

/** io.k8s.api.core.v1.SecretVolumeSource */
export interface SecretVolumeSource {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
  readonly secretName?: string;
}

/** io.k8s.api.core.v1.SecurityContext */
export interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly appArmorProfile?: AppArmorProfile;
  readonly capabilities?: Capabilities;
  readonly privileged?: boolean;
  readonly procMount?: "Default" | "Unmasked";
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seLinuxOptions?: SELinuxOptions;
  readonly seccompProfile?: SeccompProfile;
  readonly windowsOptions?: WindowsSecurityContextOptions;
}

/** io.k8s.api.core.v1.Service */
export interface Service extends KubeObject {
  readonly spec: ServiceSpec;
  readonly status?: ServiceStatus;
}

/** io.k8s.api.core.v1.ServiceAccount */
export interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  readonly secrets?: readonly ObjectReference[];
}

/** io.k8s.api.core.v1.ServiceAccountTokenProjection */
export interface ServiceAccountTokenProjection {
  readonly audience?: string;
  readonly expirationSeconds?: number;
  readonly path: string;
}

/** io.k8s.api.core.v1.ServicePort */
export interface ServicePort {
  readonly appProtocol?: string;
  readonly name?: string;
  readonly nodePort?: number;
  readonly port: number;
  readonly protocol?: "SCTP" | "TCP" | "UDP";
  readonly targetPort?: number | string;
}

/** io.k8s.api.core.v1.ServiceSpec */
export interface ServiceSpec {
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalIPs?: readonly string[];
  readonly externalName?: string;
  readonly externalTrafficPolicy?: "Cluster" | "Local";
  readonly healthCheckNodePort?: number;
  readonly internalTrafficPolicy?: "Cluster" | "Local";
  readonly ipFamilies?: readonly ("" | "IPv4" | "IPv6")[];
  readonly ipFamilyPolicy?: "PreferDualStack" | "RequireDualStack" | "SingleStack";
  readonly loadBalancerClass?: string;
  readonly loadBalancerIP?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly ports?: readonly ServicePort[];
  readonly publishNotReadyAddresses?: boolean;
  readonly selector?: Readonly<Record<string, string>>;
  readonly sessionAffinity?: "ClientIP" | "None";
  readonly sessionAffinityConfig?: SessionAffinityConfig;
  readonly trafficDistribution?: string;
  readonly type?: "ClusterIP" | "ExternalName" | "LoadBalancer" | "NodePort";
}

/** io.k8s.api.core.v1.ServiceStatus */
export interface ServiceStatus {
  readonly conditions?: readonly Condition[];
  readonly loadBalancer?: LoadBalancerStatus;
}

/** io.k8s.api.core.v1.SessionAffinityConfig */
export interface SessionAffinityConfig {
  readonly clientIP?: ClientIPConfig;
}

/** io.k8s.api.core.v1.SleepAction */
export interface SleepAction {
  readonly seconds: number;
}

/** io.k8s.api.core.v1.StorageOSPersistentVolumeSource */
export interface StorageOSPersistentVolumeSource {
  readonly fsType?: string;
  readonly readOnly?: boolean;
  readonly secretRef?: ObjectReference;
  readonly volumeName?: string;
  readonly volumeNamespace?: string;
}

/** io.k8s.api.core.v1.StorageOSVolumeSource */
export interface StorageOSVolumeSource {
  readonly fsType?: string;
  readonly readOnly?: boolean;
  readonly secretRef?: LocalObjectReference;
  readonly volumeName?: string;
  readonly volumeNamespace?: string;
}

/** io.k8s.api.core.v1.Sysctl */
export interface Sysctl {
  readonly name: string;
  readonly value: string;
}

/** io.k8s.api.core.v1.TCPSocketAction */
export interface TCPSocketAction {
  readonly host?: string;
  readonly port: number | string;
}

/** io.k8s.api.core.v1.Taint */
export interface Taint {
  readonly effect: "NoExecute" | "NoSchedule" | "PreferNoSchedule";
  readonly key: string;
  readonly timeAdded?: string;
  readonly value?: string;
}

/** io.k8s.api.core.v1.Toleration */
export interface Toleration {
  readonly effect?: "NoExecute" | "NoSchedule" | "PreferNoSchedule";
  readonly key?: string;
  readonly operator?: "Equal" | "Exists";
  readonly tolerationSeconds?: number;
  readonly value?: string;
}

/** io.k8s.api.core.v1.TopologySelectorLabelRequirement */
export interface TopologySelectorLabelRequirement {
  readonly key: string;
  readonly values: readonly string[];
}

/** io.k8s.api.core.v1.TopologySelectorTerm */
export interface TopologySelectorTerm {
  readonly matchLabelExpressions?: readonly TopologySelectorLabelRequirement[];
}

/** io.k8s.api.core.v1.TopologySpreadConstraint */
export interface TopologySpreadConstraint {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly maxSkew: number;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: "Honor" | "Ignore";
  readonly nodeTaintsPolicy?: "Honor" | "Ignore";
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
}

/** io.k8s.api.core.v1.TypedLocalObjectReference */
export interface TypedLocalObjectReference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

/** io.k8s.api.core.v1.TypedObjectReference */
export interface TypedObjectReference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** io.k8s.api.core.v1.Volume */
export interface Volume extends VolumeSource {
  readonly name: string;
}

/** io.k8s.api.core.v1.VolumeDevice */
export interface VolumeDevice {
  readonly devicePath: string;
  readonly name: string;
}

/** io.k8s.api.core.v1.VolumeMount */
export interface VolumeMount {
  readonly mountPath: string;
  readonly mountPropagation?: "Bidirectional" | "HostToContainer" | "None";
  readonly name: string;
  readonly readOnly?: boolean;
  readonly recursiveReadOnly?: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
}

/** io.k8s.api.core.v1.VolumeMountStatus */
export interface VolumeMountStatus {
  readonly mountPath: string;
  readonly name: string;
  readonly readOnly?: boolean;
  readonly recursiveReadOnly?: string;
}

/** io.k8s.api.core.v1.VolumeNodeAffinity */
export interface VolumeNodeAffinity {
  readonly required?: NodeSelector;
}

/** io.k8s.api.core.v1.VolumeProjection */
export interface VolumeProjection {
  readonly clusterTrustBundle?: ClusterTrustBundleProjection;
  readonly configMap?: ConfigMapProjection;
  readonly downwardAPI?: DownwardAPIProjection;
  readonly secret?: SecretProjection;
  readonly serviceAccountToken?: ServiceAccountTokenProjection;
}

/** io.k8s.api.core.v1.VolumeResourceRequirements */
export interface VolumeResourceRequirements {
  readonly limits?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
}

/** io.k8s.api.core.v1.VolumeSource */
export interface VolumeSource {
  readonly awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  readonly azureDisk?: AzureDiskVolumeSource;
  readonly azureFile?: AzureFileVolumeSource;
  readonly cephfs?: CephFSVolumeSource;
  readonly cinder?: CinderVolumeSource;
  readonly configMap?: ConfigMapVolumeSource;
  readonly csi?: CSIVolumeSource;
  readonly downwardAPI?: DownwardAPIVolumeSource;
  readonly emptyDir?: EmptyDirVolumeSource;
  readonly ephemeral?: EphemeralVolumeSource;
  readonly fc?: FCVolumeSource;
  readonly flexVolume?: FlexVolumeSource;
  readonly flocker?: FlockerVolumeSource;
  readonly gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  readonly gitRepo?: GitRepoVolumeSource;
  readonly glusterfs?: GlusterfsVolumeSource;
  readonly hostPath?: HostPathVolumeSource;
  readonly image?: ImageVolumeSource;
  readonly iscsi?: ISCSIVolumeSource;
  readonly nfs?: NFSVolumeSource;
  readonly persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  readonly photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  readonly portworxVolume?: PortworxVolumeSource;
  readonly projected?: ProjectedVolumeSource;
  readonly quobyte?: QuobyteVolumeSource;
  readonly rbd?: RBDVolumeSource;
  readonly scaleIO?: ScaleIOVolumeSource;
  readonly secret?: SecretVolumeSource;
  readonly storageos?: StorageOSVolumeSource;
  readonly vsphereVolume?: VsphereVirtualDiskVolumeSource;
}

/** io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource */
export interface VsphereVirtualDiskVolumeSource {
  readonly fsType?: string;
  readonly storagePolicyID?: string;
  readonly storagePolicyName?: string;
  readonly volumePath: string;
}

/** io.k8s.api.core.v1.WeightedPodAffinityTerm */
export interface WeightedPodAffinityTerm {
  readonly podAffinityTerm: PodAffinityTerm;
  readonly weight: number;
}

/** io.k8s.api.core.v1.WindowsSecurityContextOptions */
export interface WindowsSecurityContextOptions {
  readonly gmsaCredentialSpec?: string;
  readonly gmsaCredentialSpecName?: string;
  readonly hostProcess?: boolean;
  readonly runAsUserName?: string;
}

/** io.k8s.api.admissionregistration.v1.AuditAnnotation */
export interface AuditAnnotation {
  readonly key: string;
  readonly valueExpression: string;
}

/** io.k8s.api.admissionregistration.v1.ExpressionWarning */
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

/** io.k8s.api.admissionregistration.v1.MatchCondition */
export interface MatchCondition {
  readonly expression: string;
  readonly name: string;
}

/** io.k8s.api.admissionregistration.v1.MatchResources */
export interface MatchResources {
  readonly excludeResourceRules?: readonly NamedRuleWithOperations[];
  readonly matchPolicy?: "Equivalent" | "Exact";
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly resourceRules?: readonly NamedRuleWithOperations[];
}

/** io.k8s.api.admissionregistration.v1.MutatingWebhook */
export interface MutatingWebhook {
  readonly admissionReviewVersions: readonly string[];
  readonly clientConfig: WebhookClientConfig;
  readonly failurePolicy?: "Fail" | "Ignore";
  readonly matchConditions?: readonly MatchCondition[];
  readonly matchPolicy?: "Equivalent" | "Exact";
  readonly name: string;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly reinvocationPolicy?: "IfNeeded" | "Never";
  readonly rules?: readonly RuleWithOperations[];
  readonly sideEffects: "None" | "NoneOnDryRun" | "Some" | "Unknown";
  readonly timeoutSeconds?: number;
}

/** io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration */
export interface MutatingWebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly MutatingWebhook[];
}

/** io.k8s.api.admissionregistration.v1.NamedRuleWithOperations */
export interface NamedRuleWithOperations extends RuleWithOperations {
  readonly resourceNames?: readonly string[];
}

/** io.k8s.api.admissionregistration.v1.ParamKind */
export interface ParamKind {
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** io.k8s.api.admissionregistration.v1.ParamRef */
export interface ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly parameterNotFoundAction?: string;
  readonly selector?: LabelSelector;
}

/** io.k8s.api.admissionregistration.v1.Rule */
export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly scope?: "*" | "Cluster" | "Namespaced";
}

/** io.k8s.api.admissionregistration.v1.RuleWithOperations */
export interface RuleWithOperations extends Rule {
  readonly operations?: readonly ("*" | "CONNECT" | "CREATE" | "DELETE" | "UPDATE")[];
}

/** io.k8s.api.admissionregistration.v1.ServiceReference */
export interface ServiceReference {
  readonly name: string;
  readonly namespace: string;
  readonly path?: string;
  readonly port?: number;
}

/** io.k8s.api.admissionregistration.v1.TypeChecking */
export interface TypeChecking {
  readonly expressionWarnings?: readonly ExpressionWarning[];
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy */
export interface ValidatingAdmissionPolicy extends KubeObject {
  readonly spec: ValidatingAdmissionPolicySpec;
  readonly status?: ValidatingAdmissionPolicyStatus;
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding */
export interface ValidatingAdmissionPolicyBinding extends KubeObject {
  readonly spec: ValidatingAdmissionPolicyBindingSpec;
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec */
export interface ValidatingAdmissionPolicyBindingSpec {
  readonly matchResources?: MatchResources;
  readonly paramRef?: ParamRef;
  readonly policyName?: string;
  readonly validationActions?: readonly ("Audit" | "Deny" | "Warn")[];
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec */
export interface ValidatingAdmissionPolicySpec {
  readonly auditAnnotations?: readonly AuditAnnotation[];
  readonly failurePolicy?: "Fail" | "Ignore";
  readonly matchConditions?: readonly MatchCondition[];
  readonly matchConstraints?: MatchResources;
  readonly paramKind?: ParamKind;
  readonly validations?: readonly Validation[];
  readonly variables?: readonly Variable[];
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus */
export interface ValidatingAdmissionPolicyStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  readonly typeChecking?: TypeChecking;
}

/** io.k8s.api.admissionregistration.v1.ValidatingWebhook */
export interface ValidatingWebhook {
  readonly admissionReviewVersions: readonly string[];
  readonly clientConfig: WebhookClientConfig;
  readonly failurePolicy?: "Fail" | "Ignore";
  readonly matchConditions?: readonly MatchCondition[];
  readonly matchPolicy?: "Equivalent" | "Exact";
  readonly name: string;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly rules?: readonly RuleWithOperations[];
  readonly sideEffects: "None" | "NoneOnDryRun" | "Some" | "Unknown";
  readonly timeoutSeconds?: number;
}

/** io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration */
export interface ValidatingWebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly ValidatingWebhook[];
}

/** io.k8s.api.admissionregistration.v1.Validation */
export interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

/** io.k8s.api.admissionregistration.v1.Variable */
export interface Variable {
  readonly expression: string;
  readonly name: string;
}

/** io.k8s.api.admissionregistration.v1.WebhookClientConfig */
export interface WebhookClientConfig {
  readonly caBundle?: string;
  readonly service?: ServiceReference;
  readonly url?: string;
}

/** io.k8s.api.apps.v1.ControllerRevision */
export interface ControllerRevision extends KubeObject {
  readonly data?: Record<string, unknown>;
  readonly revision: number;
}

/** io.k8s.api.apps.v1.DaemonSet */
export interface DaemonSet extends KubeObject {
  readonly spec: DaemonSetSpec;
  readonly status?: DaemonSetStatus;
}

/** io.k8s.api.apps.v1.DaemonSetCondition */
export interface DaemonSetCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.apps.v1.DaemonSetSpec */
export interface DaemonSetSpec {
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly updateStrategy?: DaemonSetUpdateStrategy;
}

/** io.k8s.api.apps.v1.DaemonSetStatus */
export interface DaemonSetStatus {
  readonly collisionCount?: number;
  readonly conditions?: readonly DaemonSetCondition[];
  readonly currentNumberScheduled: number;
  readonly desiredNumberScheduled: number;
  readonly numberAvailable?: number;
  readonly numberMisscheduled: number;
  readonly numberReady: number;
  readonly numberUnavailable?: number;
  readonly observedGeneration?: number;
  readonly updatedNumberScheduled?: number;
}

/** io.k8s.api.apps.v1.DaemonSetUpdateStrategy */
export interface DaemonSetUpdateStrategy {
  readonly rollingUpdate?: RollingUpdateDaemonSet;
  readonly type?: "OnDelete" | "RollingUpdate";
}

/** io.k8s.api.apps.v1.Deployment */
export interface Deployment extends KubeObject {
  readonly spec: DeploymentSpec;
  readonly status?: DeploymentStatus;
}

/** io.k8s.api.apps.v1.DeploymentCondition */
export interface DeploymentCondition {
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.apps.v1.DeploymentSpec */
export interface DeploymentSpec {
  readonly minReadySeconds?: number;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
  readonly replicas?: number;
  readonly revisionHistoryLimit?: number;
  readonly selector: LabelSelector;
  readonly strategy?: DeploymentStrategy;
  readonly template: PodTemplateSpec;
}

/** io.k8s.api.apps.v1.DeploymentStatus */
export interface DeploymentStatus {
  readonly availableReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly DeploymentCondition[];
  readonly observedGeneration?: number;
  readonly readyReplicas?: number;
  readonly replicas?: number;
  readonly unavailableReplicas?: number;
  readonly updatedReplicas?: number;
}

/** io.k8s.api.apps.v1.DeploymentStrategy */
export interface DeploymentStrategy {
  readonly rollingUpdate?: RollingUpdateDeployment;
  readonly type?: "Recreate" | "RollingUpdate";
}

/** io.k8s.api.apps.v1.ReplicaSet */
export interface ReplicaSet extends KubeObject {
  readonly spec: ReplicaSetSpec;
  readonly status?: ReplicaSetStatus;
}

/** io.k8s.api.apps.v1.ReplicaSetCondition */
export interface ReplicaSetCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.apps.v1.ReplicaSetSpec */
export interface ReplicaSetSpec {
  readonly minReadySeconds?: number;
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** io.k8s.api.apps.v1.ReplicaSetStatus */
export interface ReplicaSetStatus {
  readonly availableReplicas?: number;
  readonly conditions?: readonly ReplicaSetCondition[];
  readonly fullyLabeledReplicas?: number;
  readonly observedGeneration?: number;
  readonly readyReplicas?: number;
  readonly replicas: number;
}

/** io.k8s.api.apps.v1.RollingUpdateDaemonSet */
export interface RollingUpdateDaemonSet {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
}

/** io.k8s.api.apps.v1.RollingUpdateDeployment */
export interface RollingUpdateDeployment {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
}

/** io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy */
export interface RollingUpdateStatefulSetStrategy {
  readonly maxUnavailable?: number | string;
  readonly partition?: number;
}

/** io.k8s.api.apps.v1.StatefulSet */
export interface StatefulSet extends KubeObject {
  readonly spec: StatefulSetSpec;
  readonly status?: StatefulSetStatus;
}

/** io.k8s.api.apps.v1.StatefulSetCondition */
export interface StatefulSetCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.apps.v1.StatefulSetOrdinals */
export interface StatefulSetOrdinals {
  readonly start?: number;
}

/** io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy */
export interface StatefulSetPersistentVolumeClaimRetentionPolicy {
  readonly whenDeleted?: string;
  readonly whenScaled?: string;
}

/** io.k8s.api.apps.v1.StatefulSetSpec */
export interface StatefulSetSpec {
  readonly minReadySeconds?: number;
  readonly ordinals?: StatefulSetOrdinals;
  readonly persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  readonly podManagementPolicy?: "OrderedReady" | "Parallel";
  readonly replicas?: number;
  readonly revisionHistoryLimit?: number;
  readonly selector: LabelSelector;
  readonly serviceName: string;
  readonly template: PodTemplateSpec;
  readonly updateStrategy?: StatefulSetUpdateStrategy;
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
}

/** io.k8s.api.apps.v1.StatefulSetStatus */
export interface StatefulSetStatus {
  readonly availableReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly StatefulSetCondition[];
  readonly currentReplicas?: number;
  readonly currentRevision?: string;
  readonly observedGeneration?: number;
  readonly readyReplicas?: number;
  readonly replicas: number;
  readonly updateRevision?: string;
  readonly updatedReplicas?: number;
}

/** io.k8s.api.apps.v1.StatefulSetUpdateStrategy */
export interface StatefulSetUpdateStrategy {
  readonly rollingUpdate?: RollingUpdateStatefulSetStrategy;
  readonly type?: "OnDelete" | "RollingUpdate";
}

/** io.k8s.api.authentication.v1.BoundObjectReference */
export interface BoundObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}

/** io.k8s.api.authentication.v1.SelfSubjectReview */
export interface SelfSubjectReview extends KubeObject {
  readonly status?: SelfSubjectReviewStatus;
}

/** io.k8s.api.authentication.v1.SelfSubjectReviewStatus */
export interface SelfSubjectReviewStatus {
  readonly userInfo?: UserInfo;
}

/** io.k8s.api.authentication.v1.TokenRequest */
export interface TokenRequest extends KubeObject {
  readonly spec: TokenRequestSpec;
  readonly status?: TokenRequestStatus;
}

/** io.k8s.api.authentication.v1.TokenRequestSpec */
export interface TokenRequestSpec {
  readonly audiences: readonly string[];
  readonly boundObjectRef?: BoundObjectReference;
  readonly expirationSeconds?: number;
}

/** io.k8s.api.authentication.v1.TokenRequestStatus */
export interface TokenRequestStatus {
  readonly expirationTimestamp: string;
  readonly token: string;
}

/** io.k8s.api.authentication.v1.TokenReview */
export interface TokenReview extends KubeObject {
  readonly spec: TokenReviewSpec;
  readonly status?: TokenReviewStatus;
}

/** io.k8s.api.authentication.v1.TokenReviewSpec */
export interface TokenReviewSpec {
  readonly audiences?: readonly string[];
  readonly token?: string;
}

/** io.k8s.api.authentication.v1.TokenReviewStatus */
export interface TokenReviewStatus {
  readonly audiences?: readonly string[];
  readonly authenticated?: boolean;
  readonly error?: string;
  readonly user?: UserInfo;
}

/** io.k8s.api.authentication.v1.UserInfo */
export interface UserInfo {
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly username?: string;
}

/** io.k8s.api.authorization.v1.FieldSelectorAttributes */
export interface FieldSelectorAttributes {
  readonly rawSelector?: string;
  readonly requirements?: readonly FieldSelectorRequirement[];
}

/** io.k8s.api.authorization.v1.LabelSelectorAttributes */
export interface LabelSelectorAttributes {
  readonly rawSelector?: string;
  readonly requirements?: readonly LabelSelectorRequirement[];
}

/** io.k8s.api.authorization.v1.LocalSubjectAccessReview */
export interface LocalSubjectAccessReview extends KubeObject {
  readonly spec: SubjectAccessReviewSpec;
  readonly status?: SubjectAccessReviewStatus;
}

/** io.k8s.api.authorization.v1.NonResourceAttributes */
export interface NonResourceAttributes {
  readonly path?: string;
  readonly verb?: string;
}

/** io.k8s.api.authorization.v1.NonResourceRule */
export interface NonResourceRule {
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** io.k8s.api.authorization.v1.ResourceAttributes */
export interface ResourceAttributes {
  readonly fieldSelector?: FieldSelectorAttributes;
  readonly group?: string;
  readonly labelSelector?: LabelSelectorAttributes;
  readonly name?: string;
  readonly namespace?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly verb?: string;
  readonly version?: string;
}

/** io.k8s.api.authorization.v1.ResourceRule */
export interface ResourceRule {
  readonly apiGroups?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

/** io.k8s.api.authorization.v1.SelfSubjectAccessReview */
export interface SelfSubjectAccessReview extends KubeObject {
  readonly spec: SelfSubjectAccessReviewSpec;
  readonly status?: SubjectAccessReviewStatus;
}

/** io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec */
export interface SelfSubjectAccessReviewSpec {
  readonly nonResourceAttributes?: NonResourceAttributes;
  readonly resourceAttributes?: ResourceAttributes;
}

/** io.k8s.api.authorization.v1.SelfSubjectRulesReview */
export interface SelfSubjectRulesReview extends KubeObject {
  readonly spec: SelfSubjectRulesReviewSpec;
  readonly status?: SubjectRulesReviewStatus;
}

/** io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec */
export interface SelfSubjectRulesReviewSpec {
  readonly namespace?: string;
}

/** io.k8s.api.authorization.v1.SubjectAccessReview */
export interface SubjectAccessReview extends KubeObject {
  readonly spec: SubjectAccessReviewSpec;
  readonly status?: SubjectAccessReviewStatus;
}

/** io.k8s.api.authorization.v1.SubjectAccessReviewSpec */
export interface SubjectAccessReviewSpec {
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly groups?: readonly string[];
  readonly nonResourceAttributes?: NonResourceAttributes;
  readonly resourceAttributes?: ResourceAttributes;
  readonly uid?: string;
  readonly user?: string;
}

/** io.k8s.api.authorization.v1.SubjectAccessReviewStatus */
export interface SubjectAccessReviewStatus {
  readonly allowed: boolean;
  readonly denied?: boolean;
  readonly evaluationError?: string;
  readonly reason?: string;
}

/** io.k8s.api.authorization.v1.SubjectRulesReviewStatus */
export interface SubjectRulesReviewStatus {
  readonly evaluationError?: string;
  readonly incomplete: boolean;
  readonly nonResourceRules: readonly NonResourceRule[];
  readonly resourceRules: readonly ResourceRule[];
}

/** io.k8s.api.autoscaling.v2.ContainerResourceMetricSource */
export interface ContainerResourceMetricSource {
  readonly container: string;
  readonly name: string;
  readonly target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus */
export interface ContainerResourceMetricStatus {
  readonly container: string;
  readonly current: MetricValueStatus;
  readonly name: string;
}

/** io.k8s.api.autoscaling.v2.CrossVersionObjectReference */
export interface CrossVersionObjectReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

/** io.k8s.api.autoscaling.v2.ExternalMetricSource */
export interface ExternalMetricSource {
  readonly metric: MetricIdentifier;
  readonly target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ExternalMetricStatus */
export interface ExternalMetricStatus {
  readonly current: MetricValueStatus;
  readonly metric: MetricIdentifier;
}

/** io.k8s.api.autoscaling.v2.HPAScalingPolicy */
export interface HPAScalingPolicy {
  readonly periodSeconds: number;
  readonly type: string;
  readonly value: number;
}

/** io.k8s.api.autoscaling.v2.HPAScalingRules */
export interface HPAScalingRules {
  readonly policies?: readonly HPAScalingPolicy[];
  readonly selectPolicy?: string;
  readonly stabilizationWindowSeconds?: number;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler */
export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly status?: HorizontalPodAutoscalerStatus;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior */
export interface HorizontalPodAutoscalerBehavior {
  readonly scaleDown?: HPAScalingRules;
  readonly scaleUp?: HPAScalingRules;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition */
export interface HorizontalPodAutoscalerCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec */
export interface HorizontalPodAutoscalerSpec {
  readonly behavior?: HorizontalPodAutoscalerBehavior;
  readonly maxReplicas: number;
  readonly metrics?: readonly MetricSpec[];
  readonly minReplicas?: number;
  readonly scaleTargetRef: CrossVersionObjectReference;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus */
export interface HorizontalPodAutoscalerStatus {
  readonly conditions?: readonly HorizontalPodAutoscalerCondition[];
  readonly currentMetrics?: readonly MetricStatus[];
  readonly currentReplicas?: number;
  readonly desiredReplicas: number;
  readonly lastScaleTime?: string;
  readonly observedGeneration?: number;
}

/** io.k8s.api.autoscaling.v2.MetricIdentifier */
export interface MetricIdentifier {
  readonly name: string;
  readonly selector?: LabelSelector;
}

/** io.k8s.api.autoscaling.v2.MetricSpec */
export interface MetricSpec {
  readonly containerResource?: ContainerResourceMetricSource;
  readonly external?: ExternalMetricSource;
  readonly object?: ObjectMetricSource;
  readonly pods?: PodsMetricSource;
  readonly resource?: ResourceMetricSource;
  readonly type: string;
}

/** io.k8s.api.autoscaling.v2.MetricStatus */
export interface MetricStatus {
  readonly containerResource?: ContainerResourceMetricStatus;
  readonly external?: ExternalMetricStatus;
  readonly object?: ObjectMetricStatus;
  readonly pods?: PodsMetricStatus;
  readonly resource?: ResourceMetricStatus;
  readonly type: string;
}

/** io.k8s.api.autoscaling.v2.MetricTarget */
export interface MetricTarget {
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly type: string;
  readonly value?: string;
}

/** io.k8s.api.autoscaling.v2.MetricValueStatus */
export interface MetricValueStatus {
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly value?: string;
}

/** io.k8s.api.autoscaling.v2.ObjectMetricSource */
export interface ObjectMetricSource {
  readonly describedObject: CrossVersionObjectReference;
  readonly metric: MetricIdentifier;
  readonly target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ObjectMetricStatus */
export interface ObjectMetricStatus {
  readonly current: MetricValueStatus;
  readonly describedObject: CrossVersionObjectReference;
  readonly metric: MetricIdentifier;
}

/** io.k8s.api.autoscaling.v2.PodsMetricSource */
export interface PodsMetricSource {
  readonly metric: MetricIdentifier;
  readonly target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.PodsMetricStatus */
export interface PodsMetricStatus {
  readonly current: MetricValueStatus;
  readonly metric: MetricIdentifier;
}

/** io.k8s.api.autoscaling.v2.ResourceMetricSource */
export interface ResourceMetricSource {
  readonly name: string;
  readonly target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ResourceMetricStatus */
export interface ResourceMetricStatus {
  readonly current: MetricValueStatus;
  readonly name: string;
}

/** io.k8s.api.batch.v1.CronJob */
export interface CronJob extends KubeObject {
  readonly spec: CronJobSpec;
  readonly status?: CronJobStatus;
}

/** io.k8s.api.batch.v1.CronJobSpec */
export interface CronJobSpec {
  readonly concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
  readonly failedJobsHistoryLimit?: number;
  readonly jobTemplate: JobTemplateSpec;
  readonly schedule: string;
  readonly startingDeadlineSeconds?: number;
  readonly successfulJobsHistoryLimit?: number;
  readonly suspend?: boolean;
  readonly timeZone?: string;
}

/** io.k8s.api.batch.v1.CronJobStatus */
export interface CronJobStatus {
  readonly active?: readonly ObjectReference[];
  readonly lastScheduleTime?: string;
  readonly lastSuccessfulTime?: string;
}

/** io.k8s.api.batch.v1.Job */
export interface Job extends KubeObject {
  readonly spec: JobSpec;
  readonly status?: JobStatus;
}

/** io.k8s.api.batch.v1.JobCondition */
export interface JobCondition {
  readonly lastProbeTime?: string;
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.batch.v1.JobSpec */
export interface JobSpec {
  readonly activeDeadlineSeconds?: number;
  readonly backoffLimit?: number;
  readonly backoffLimitPerIndex?: number;
  readonly completionMode?: "Indexed" | "NonIndexed";
  readonly completions?: number;
  readonly managedBy?: string;
  readonly manualSelector?: boolean;
  readonly maxFailedIndexes?: number;
  readonly parallelism?: number;
  readonly podFailurePolicy?: PodFailurePolicy;
  readonly podReplacementPolicy?: "Failed" | "TerminatingOrFailed";
  readonly selector?: LabelSelector;
  readonly successPolicy?: SuccessPolicy;
  readonly suspend?: boolean;
  readonly template: PodTemplateSpec;
  readonly ttlSecondsAfterFinished?: number;
}

/** io.k8s.api.batch.v1.JobStatus */
export interface JobStatus {
  readonly active?: number;
  readonly completedIndexes?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly JobCondition[];
  readonly failed?: number;
  readonly failedIndexes?: string;
  readonly ready?: number;
  readonly startTime?: string;
  readonly succeeded?: number;
  readonly terminating?: number;
  readonly uncountedTerminatedPods?: UncountedTerminatedPods;
}

/** io.k8s.api.batch.v1.JobTemplateSpec */
export interface JobTemplateSpec {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: JobSpec;
}

/** io.k8s.api.batch.v1.PodFailurePolicy */
export interface PodFailurePolicy {
  readonly rules: readonly PodFailurePolicyRule[];
}

/** io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement */
export interface PodFailurePolicyOnExitCodesRequirement {
  readonly containerName?: string;
  readonly operator: "In" | "NotIn";
  readonly values: readonly number[];
}

/** io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern */
export interface PodFailurePolicyOnPodConditionsPattern {
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.batch.v1.PodFailurePolicyRule */
export interface PodFailurePolicyRule {
  readonly action: "Count" | "FailIndex" | "FailJob" | "Ignore";
  readonly onExitCodes?: PodFailurePolicyOnExitCodesRequirement;
  readonly onPodConditions?: readonly PodFailurePolicyOnPodConditionsPattern[];
}

/** io.k8s.api.batch.v1.SuccessPolicy */
export interface SuccessPolicy {
  readonly rules: readonly SuccessPolicyRule[];
}

/** io.k8s.api.batch.v1.SuccessPolicyRule */
export interface SuccessPolicyRule {
  readonly succeededCount?: number;
  readonly succeededIndexes?: string;
}

/** io.k8s.api.batch.v1.UncountedTerminatedPods */
export interface UncountedTerminatedPods {
  readonly failed?: readonly string[];
  readonly succeeded?: readonly string[];
}

/** io.k8s.api.certificates.v1.CertificateSigningRequest */
export interface CertificateSigningRequest extends KubeObject {
  readonly spec: CertificateSigningRequestSpec;
  readonly status?: CertificateSigningRequestStatus;
}

/** io.k8s.api.certificates.v1.CertificateSigningRequestCondition */
export interface CertificateSigningRequestCondition {
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.certificates.v1.CertificateSigningRequestSpec */
export interface CertificateSigningRequestSpec {
  readonly expirationSeconds?: number;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly groups?: readonly string[];
  readonly request: string;
  readonly signerName: string;
  readonly uid?: string;
  readonly usages?: readonly (
    | "any"
    | "cert sign"
    | "client auth"
    | "code signing"
    | "content commitment"
    | "crl sign"
    | "data encipherment"
    | "decipher only"
    | "digital signature"
    | "email protection"
    | "encipher only"
    | "ipsec end system"
    | "ipsec tunnel"
    | "ipsec user"
    | "key agreement"
    | "key encipherment"
    | "microsoft sgc"
    | "netscape sgc"
    | "ocsp signing"
    | "s/mime"
    | "server auth"
    | "signing"
    | "timestamping"
  )[];
  readonly username?: string;
}

/** io.k8s.api.certificates.v1.CertificateSigningRequestStatus */
export interface CertificateSigningRequestStatus {
  readonly certificate?: string;
  readonly conditions?: readonly CertificateSigningRequestCondition[];
}

/** io.k8s.api.coordination.v1.Lease */
export interface Lease extends KubeObject {
  readonly spec: LeaseSpec;
}

/** io.k8s.api.coordination.v1.LeaseSpec */
export interface LeaseSpec {
  readonly acquireTime?: string;
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
  readonly preferredHolder?: string;
  readonly renewTime?: string;
  readonly strategy?: string;
}

/** io.k8s.api.discovery.v1.Endpoint */
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: EndpointConditions;
  readonly deprecatedTopology?: Readonly<Record<string, string>>;
  readonly hints?: EndpointHints;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: ObjectReference;
  readonly zone?: string;
}

/** io.k8s.api.discovery.v1.EndpointConditions */
export interface EndpointConditions {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

/** io.k8s.api.discovery.v1.EndpointHints */
export interface EndpointHints {
  readonly forZones?: readonly ForZone[];
}

/** io.k8s.api.discovery.v1.EndpointPort */
export interface DiscoveryV1EndpointPort {
  readonly appProtocol?: string;
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.discovery.v1.EndpointSlice */
export interface EndpointSlice extends KubeObject {
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[];
  readonly ports?: readonly DiscoveryV1EndpointPort[];
}

/** io.k8s.api.discovery.v1.ForZone */
export interface ForZone {
  readonly name: string;
}

/** io.k8s.api.events.v1.Event */
export interface EventsV1Event extends KubeObject {
  readonly action?: string;
  readonly deprecatedCount?: number;
  readonly deprecatedFirstTimestamp?: string;
  readonly deprecatedLastTimestamp?: string;
  readonly deprecatedSource?: EventSource;
  readonly eventTime: string;
  readonly note?: string;
  readonly reason?: string;
  readonly regarding?: ObjectReference;
  readonly related?: ObjectReference;
  readonly reportingController?: string;
  readonly reportingInstance?: string;
  readonly series?: EventsV1EventSeries;
  readonly type?: string;
}

/** io.k8s.api.events.v1.EventSeries */
export interface EventsV1EventSeries {
  readonly count: number;
  readonly lastObservedTime: string;
}

/** io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration */
export interface ExemptPriorityLevelConfiguration {
  readonly lendablePercent?: number;
  readonly nominalConcurrencyShares?: number;
}

/** io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod */
export interface FlowDistinguisherMethod {
  readonly type: string;
}

/** io.k8s.api.flowcontrol.v1.FlowSchema */
export interface FlowSchema extends KubeObject {
  readonly spec: FlowSchemaSpec;
  readonly status?: FlowSchemaStatus;
}

/** io.k8s.api.flowcontrol.v1.FlowSchemaCondition */
export interface FlowSchemaCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status?: string;
  readonly type?: string;
}

/** io.k8s.api.flowcontrol.v1.FlowSchemaSpec */
export interface FlowSchemaSpec {
  readonly distinguisherMethod?: FlowDistinguisherMethod;
  readonly matchingPrecedence?: number;
  readonly priorityLevelConfiguration: PriorityLevelConfigurationReference;
  readonly rules?: readonly PolicyRulesWithSubjects[];
}

/** io.k8s.api.flowcontrol.v1.FlowSchemaStatus */
export interface FlowSchemaStatus {
  readonly conditions?: readonly FlowSchemaCondition[];
}

/** io.k8s.api.flowcontrol.v1.GroupSubject */
export interface GroupSubject {
  readonly name: string;
}

/** io.k8s.api.flowcontrol.v1.LimitResponse */
export interface LimitResponse {
  readonly queuing?: QueuingConfiguration;
  readonly type: string;
}

/** io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration */
export interface LimitedPriorityLevelConfiguration {
  readonly borrowingLimitPercent?: number;
  readonly lendablePercent?: number;
  readonly limitResponse?: LimitResponse;
  readonly nominalConcurrencyShares?: number;
}

/** io.k8s.api.flowcontrol.v1.NonResourcePolicyRule */
export interface NonResourcePolicyRule {
  readonly nonResourceURLs: readonly string[];
  readonly verbs: readonly string[];
}

/** io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects */
export interface PolicyRulesWithSubjects {
  readonly nonResourceRules?: readonly NonResourcePolicyRule[];
  readonly resourceRules?: readonly ResourcePolicyRule[];
  readonly subjects: readonly Subject[];
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration */
export interface PriorityLevelConfiguration extends KubeObject {
  readonly spec: PriorityLevelConfigurationSpec;
  readonly status?: PriorityLevelConfigurationStatus;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition */
export interface PriorityLevelConfigurationCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status?: string;
  readonly type?: string;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference */
export interface PriorityLevelConfigurationReference {
  readonly name: string;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec */
export interface PriorityLevelConfigurationSpec {
  readonly exempt?: ExemptPriorityLevelConfiguration;
  readonly limited?: LimitedPriorityLevelConfiguration;
  readonly type: string;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus */
export interface PriorityLevelConfigurationStatus {
  readonly conditions?: readonly PriorityLevelConfigurationCondition[];
}

/** io.k8s.api.flowcontrol.v1.QueuingConfiguration */
export interface QueuingConfiguration {
  readonly handSize?: number;
  readonly queueLengthLimit?: number;
  readonly queues?: number;
}

/** io.k8s.api.flowcontrol.v1.ResourcePolicyRule */
export interface ResourcePolicyRule {
  readonly apiGroups: readonly string[];
  readonly clusterScope?: boolean;
  readonly namespaces?: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** io.k8s.api.flowcontrol.v1.ServiceAccountSubject */
export interface ServiceAccountSubject {
  readonly name: string;
  readonly namespace: string;
}

/** io.k8s.api.flowcontrol.v1.Subject */
export interface Subject {
  readonly group?: GroupSubject;
  readonly kind: string;
  readonly serviceAccount?: ServiceAccountSubject;
  readonly user?: UserSubject;
}

/** io.k8s.api.flowcontrol.v1.UserSubject */
export interface UserSubject {
  readonly name: string;
}

/** io.k8s.api.networking.v1.HTTPIngressPath */
export interface HTTPIngressPath {
  readonly backend: IngressBackend;
  readonly path?: string;
  readonly pathType: string;
}

/** io.k8s.api.networking.v1.HTTPIngressRuleValue */
export interface HTTPIngressRuleValue {
  readonly paths: readonly HTTPIngressPath[];
}

/** io.k8s.api.networking.v1.IPBlock */
export interface IPBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}

/** io.k8s.api.networking.v1.Ingress */
export interface Ingress extends KubeObject {
  readonly spec: IngressSpec;
  readonly status?: IngressStatus;
}

/** io.k8s.api.networking.v1.IngressBackend */
export interface IngressBackend {
  readonly resource?: TypedLocalObjectReference;
  readonly service?: IngressServiceBackend;
}

/** io.k8s.api.networking.v1.IngressClass */
export interface IngressClass extends KubeObject {
  readonly spec: IngressClassSpec;
}

/** io.k8s.api.networking.v1.IngressClassParametersReference */
export interface IngressClassParametersReference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly scope?: string;
}

/** io.k8s.api.networking.v1.IngressClassSpec */
export interface IngressClassSpec {
  readonly controller?: string;
  readonly parameters?: IngressClassParametersReference;
}

/** io.k8s.api.networking.v1.IngressLoadBalancerIngress */
export interface IngressLoadBalancerIngress {
  readonly hostname?: string;
  readonly ip?: string;
  readonly ports?: readonly IngressPortStatus[];
}

/** io.k8s.api.networking.v1.IngressLoadBalancerStatus */
export interface IngressLoadBalancerStatus {
  readonly ingress?: readonly IngressLoadBalancerIngress[];
}

/** io.k8s.api.networking.v1.IngressPortStatus */
export interface IngressPortStatus {
  readonly error?: string;
  readonly port: number;
  readonly protocol: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.networking.v1.IngressRule */
export interface IngressRule extends IngressRuleValue {
  readonly host?: string;
}

/** io.k8s.api.networking.v1.IngressRuleValue */
export interface IngressRuleValue {
  readonly http?: HTTPIngressRuleValue;
}

/** io.k8s.api.networking.v1.IngressServiceBackend */
export interface IngressServiceBackend {
  readonly name: string;
  readonly port?: ServiceBackendPort;
}

/** io.k8s.api.networking.v1.IngressSpec */
export interface IngressSpec {
  readonly defaultBackend?: IngressBackend;
  readonly ingressClassName?: string;
  readonly rules?: readonly IngressRule[];
  readonly tls?: readonly IngressTLS[];
}

/** io.k8s.api.networking.v1.IngressStatus */
export interface IngressStatus {
  readonly loadBalancer?: IngressLoadBalancerStatus;
}

/** io.k8s.api.networking.v1.IngressTLS */
export interface IngressTLS {
  readonly hosts?: readonly string[];
  readonly secretName?: string;
}

/** io.k8s.api.networking.v1.NetworkPolicy */
export interface NetworkPolicy extends KubeObject {
  readonly spec: NetworkPolicySpec;
}

/** io.k8s.api.networking.v1.NetworkPolicyEgressRule */
export interface NetworkPolicyEgressRule {
  readonly ports?: readonly NetworkPolicyPort[];
  readonly to?: readonly NetworkPolicyPeer[];
}

/** io.k8s.api.networking.v1.NetworkPolicyIngressRule */
export interface NetworkPolicyIngressRule {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

/** io.k8s.api.networking.v1.NetworkPolicyPeer */
export interface NetworkPolicyPeer {
  readonly ipBlock?: IPBlock;
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

/** io.k8s.api.networking.v1.NetworkPolicyPort */
export interface NetworkPolicyPort {
  readonly endPort?: number;
  readonly port?: number | string;
  readonly protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.networking.v1.NetworkPolicySpec */
export interface NetworkPolicySpec {
  readonly egress?: readonly NetworkPolicyEgressRule[];
  readonly ingress?: readonly NetworkPolicyIngressRule[];
  readonly podSelector: LabelSelector;
  readonly policyTypes?: readonly ("Egress" | "Ingress")[];
}

/** io.k8s.api.networking.v1.ServiceBackendPort */
export interface ServiceBackendPort {
  readonly name?: string;
  readonly number?: number;
}

/** io.k8s.api.node.v1.Overhead */
export interface Overhead {
  readonly podFixed?: Readonly<Record<string, string>>;
}

/** io.k8s.api.node.v1.RuntimeClass */
export interface RuntimeClass extends KubeObject {
  readonly handler: string;
  readonly overhead?: Overhead;
  readonly scheduling?: Scheduling;
}

/** io.k8s.api.node.v1.Scheduling */
export interface Scheduling {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
}

/** io.k8s.api.policy.v1.Eviction */
export interface Eviction extends KubeObject {
  readonly deleteOptions?: DeleteOptions;
}

/** io.k8s.api.policy.v1.PodDisruptionBudget */
export interface PodDisruptionBudget extends KubeObject {
  readonly spec: PodDisruptionBudgetSpec;
  readonly status?: PodDisruptionBudgetStatus;
}

/** io.k8s.api.policy.v1.PodDisruptionBudgetSpec */
export interface PodDisruptionBudgetSpec {
  readonly maxUnavailable?: number | string;
  readonly minAvailable?: number | string;
  readonly selector?: LabelSelector;
  readonly unhealthyPodEvictionPolicy?: "AlwaysAllow" | "IfHealthyBudget";
}

/** io.k8s.api.policy.v1.PodDisruptionBudgetStatus */
export interface PodDisruptionBudgetStatus {
  readonly conditions?: readonly Condition[];
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
  readonly observedGeneration?: number;
}

/** io.k8s.api.rbac.v1.AggregationRule */
export interface AggregationRule {
  readonly clusterRoleSelectors?: readonly LabelSelector[];
}

/** io.k8s.api.rbac.v1.ClusterRole */
export interface ClusterRole extends KubeObject {
  readonly aggregationRule?: AggregationRule;
  readonly rules?: readonly PolicyRule[];
}

/** io.k8s.api.rbac.v1.ClusterRoleBinding */
export interface ClusterRoleBinding extends KubeObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly RbacV1Subject[];
}

/** io.k8s.api.rbac.v1.PolicyRule */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

/** io.k8s.api.rbac.v1.Role */
export interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[];
}

/** io.k8s.api.rbac.v1.RoleBinding */
export interface RoleBinding extends KubeObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly RbacV1Subject[];
}

/** io.k8s.api.rbac.v1.RoleRef */
export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** io.k8s.api.rbac.v1.Subject */
export interface RbacV1Subject {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** io.k8s.api.scheduling.v1.PriorityClass */
export interface PriorityClass extends KubeObject {
  readonly description?: string;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: "Never" | "PreemptLowerPriority";
  readonly value: number;
}

/** io.k8s.api.storage.v1.CSIDriver */
export interface CSIDriver extends KubeObject {
  readonly spec: CSIDriverSpec;
}

/** io.k8s.api.storage.v1.CSIDriverSpec */
export interface CSIDriverSpec {
  readonly attachRequired?: boolean;
  readonly fsGroupPolicy?: string;
  readonly podInfoOnMount?: boolean;
  readonly requiresRepublish?: boolean;
  readonly seLinuxMount?: boolean;
  readonly storageCapacity?: boolean;
  readonly tokenRequests?: readonly StorageV1TokenRequest[];
  readonly volumeLifecycleModes?: readonly string[];
}

/** io.k8s.api.storage.v1.CSINode */
export interface CSINode extends KubeObject {
  readonly spec: CSINodeSpec;
}

/** io.k8s.api.storage.v1.CSINodeDriver */
export interface CSINodeDriver {
  readonly allocatable?: VolumeNodeResources;
  readonly name: string;
  readonly nodeID: string;
  readonly topologyKeys?: readonly string[];
}

/** io.k8s.api.storage.v1.CSINodeSpec */
export interface CSINodeSpec {
  readonly drivers: readonly CSINodeDriver[];
}

/** io.k8s.api.storage.v1.CSIStorageCapacity */
export interface CSIStorageCapacity extends KubeObject {
  readonly capacity?: string;
  readonly maximumVolumeSize?: string;
  readonly nodeTopology?: LabelSelector;
  readonly storageClassName: string;
}

/** io.k8s.api.storage.v1.StorageClass */
export interface StorageClass extends KubeObject {
  readonly allowVolumeExpansion?: boolean;
  readonly allowedTopologies?: readonly TopologySelectorTerm[];
  readonly mountOptions?: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly provisioner: string;
  readonly reclaimPolicy?: "Delete" | "Recycle" | "Retain";
  readonly volumeBindingMode?: "Immediate" | "WaitForFirstConsumer";
}

/** io.k8s.api.storage.v1.TokenRequest */
export interface StorageV1TokenRequest {
  readonly audience: string;
  readonly expirationSeconds?: number;
}

/** io.k8s.api.storage.v1.VolumeAttachment */
export interface VolumeAttachment extends KubeObject {
  readonly spec: VolumeAttachmentSpec;
  readonly status?: VolumeAttachmentStatus;
}

/** io.k8s.api.storage.v1.VolumeAttachmentSource */
export interface VolumeAttachmentSource {
  readonly inlineVolumeSpec?: PersistentVolumeSpec;
  readonly persistentVolumeName?: string;
}

/** io.k8s.api.storage.v1.VolumeAttachmentSpec */
export interface VolumeAttachmentSpec {
  readonly attacher: string;
  readonly nodeName: string;
  readonly source: VolumeAttachmentSource;
}

/** io.k8s.api.storage.v1.VolumeAttachmentStatus */
export interface VolumeAttachmentStatus {
  readonly attachError?: VolumeError;
  readonly attached: boolean;
  readonly attachmentMetadata?: Readonly<Record<string, string>>;
  readonly detachError?: VolumeError;
}

/** io.k8s.api.storage.v1.VolumeError */
export interface VolumeError {
  readonly message?: string;
  readonly time?: string;
}

/** io.k8s.api.storage.v1.VolumeNodeResources */
export interface VolumeNodeResources {
  readonly count?: number;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition */
export interface CustomResourceColumnDefinition {
  readonly description?: string;
  readonly format?: string;
  readonly jsonPath: string;
  readonly name: string;
  readonly priority?: number;
  readonly type: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion */
export interface CustomResourceConversion {
  readonly strategy: string;
  readonly webhook?: WebhookConversion;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition */
export interface CustomResourceDefinition extends KubeObject {
  readonly spec: CustomResourceDefinitionSpec;
  readonly status?: CustomResourceDefinitionStatus;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition */
export interface CustomResourceDefinitionCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames */
export interface CustomResourceDefinitionNames {
  readonly categories?: readonly string[];
  readonly kind: string;
  readonly listKind?: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly singular?: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec */
export interface CustomResourceDefinitionSpec {
  readonly conversion?: CustomResourceConversion;
  readonly group: string;
  readonly names: CustomResourceDefinitionNames;
  readonly preserveUnknownFields?: boolean;
  readonly scope: string;
  readonly versions: readonly CustomResourceDefinitionVersion[];
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus */
export interface CustomResourceDefinitionStatus {
  readonly acceptedNames?: CustomResourceDefinitionNames;
  readonly conditions?: readonly CustomResourceDefinitionCondition[];
  readonly storedVersions?: readonly string[];
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion */
export interface CustomResourceDefinitionVersion {
  readonly additionalPrinterColumns?: readonly CustomResourceColumnDefinition[];
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly name: string;
  readonly schema?: CustomResourceValidation;
  readonly selectableFields?: readonly SelectableField[];
  readonly served: boolean;
  readonly storage: boolean;
  readonly subresources?: CustomResourceSubresources;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale */
export interface CustomResourceSubresourceScale {
  readonly labelSelectorPath?: string;
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus */
export interface CustomResourceSubresourceStatus {}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources */
export interface CustomResourceSubresources {
  readonly scale?: CustomResourceSubresourceScale;
  readonly status?: CustomResourceSubresourceStatus;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation */
export interface CustomResourceValidation {
  readonly openAPIV3Schema?: JSONSchemaProps;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ExternalDocumentation */
export interface ExternalDocumentation {
  readonly description?: string;
  readonly url?: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps */
export interface JSONSchemaProps {
  readonly $ref?: string;
  readonly $schema?: string;
  readonly additionalItems?: unknown;
  readonly additionalProperties?: unknown;
  readonly allOf?: readonly JSONSchemaProps[];
  readonly anyOf?: readonly JSONSchemaProps[];
  readonly default?: unknown;
  readonly definitions?: Readonly<Record<string, JSONSchemaProps>>;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly exclusiveMaximum?: boolean;
  readonly exclusiveMinimum?: boolean;
  readonly externalDocs?: ExternalDocumentation;
  readonly format?: string;
  readonly id?: string;
  readonly items?: unknown;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly maxProperties?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minProperties?: number;
  readonly minimum?: number;
  readonly multipleOf?: number;
  readonly not?: JSONSchemaProps;
  readonly nullable?: boolean;
  readonly oneOf?: readonly JSONSchemaProps[];
  readonly pattern?: string;
  readonly patternProperties?: Readonly<Record<string, JSONSchemaProps>>;
  readonly properties?: Readonly<Record<string, JSONSchemaProps>>;
  readonly required?: readonly string[];
  readonly title?: string;
  readonly type?: string;
  readonly uniqueItems?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-validations"?: readonly ValidationRule[];
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField */
export interface SelectableField {
  readonly jsonPath: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference */
export interface ApiextensionsV1ServiceReference {
  readonly name: string;
  readonly namespace: string;
  readonly path?: string;
  readonly port?: number;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ValidationRule */
export interface ValidationRule {
  readonly fieldPath?: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly optionalOldSelf?: boolean;
  readonly reason?: string;
  readonly rule: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig */
export interface ApiextensionsV1WebhookClientConfig {
  readonly caBundle?: string;
  readonly service?: ApiextensionsV1ServiceReference;
  readonly url?: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion */
export interface WebhookConversion {
  readonly clientConfig?: ApiextensionsV1WebhookClientConfig;
  readonly conversionReviewVersions: readonly string[];
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService */
export interface APIService extends KubeObject {
  readonly spec: APIServiceSpec;
  readonly status?: APIServiceStatus;
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition */
export interface APIServiceCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec */
export interface APIServiceSpec {
  readonly caBundle?: string;
  readonly group?: string;
  readonly groupPriorityMinimum: number;
  readonly insecureSkipTLSVerify?: boolean;
  readonly service?: ApiregistrationV1ServiceReference;
  readonly version?: string;
  readonly versionPriority: number;
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus */
export interface APIServiceStatus {
  readonly conditions?: readonly APIServiceCondition[];
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference */
export interface ApiregistrationV1ServiceReference {
  readonly name?: string;
  readonly namespace?: string;
  readonly port?: number;
}

/** io.k8s.api.autoscaling.v1.CrossVersionObjectReference */
export interface AutoscalingV1CrossVersionObjectReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

/** io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler */
export interface AutoscalingV1HorizontalPodAutoscaler extends KubeObject {
  readonly spec: AutoscalingV1HorizontalPodAutoscalerSpec;
  readonly status?: AutoscalingV1HorizontalPodAutoscalerStatus;
}

/** io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec */
export interface AutoscalingV1HorizontalPodAutoscalerSpec {
  readonly maxReplicas: number;
  readonly minReplicas?: number;
  readonly scaleTargetRef: AutoscalingV1CrossVersionObjectReference;
  readonly targetCPUUtilizationPercentage?: number;
}

/** io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus */
export interface AutoscalingV1HorizontalPodAutoscalerStatus {
  readonly currentCPUUtilizationPercentage?: number;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly lastScaleTime?: string;
  readonly observedGeneration?: number;
}

/** io.k8s.api.autoscaling.v1.Scale */
export interface Scale extends KubeObject {
  readonly spec: ScaleSpec;
  readonly status?: ScaleStatus;
}

/** io.k8s.api.autoscaling.v1.ScaleSpec */
export interface ScaleSpec {
  readonly replicas?: number;
}

/** io.k8s.api.autoscaling.v1.ScaleStatus */
export interface ScaleStatus {
  readonly replicas: number;
  readonly selector?: string;
}

/** io.k8s.api.admissionregistration.v1beta1.AuditAnnotation */
export interface AdmissionregistrationV1beta1AuditAnnotation {
  readonly key: string;
  readonly valueExpression: string;
}

/** io.k8s.api.admissionregistration.v1beta1.ExpressionWarning */
export interface AdmissionregistrationV1beta1ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

/** io.k8s.api.admissionregistration.v1beta1.MatchCondition */
export interface AdmissionregistrationV1beta1MatchCondition {
  readonly expression: string;
  readonly name: string;
}

/** io.k8s.api.admissionregistration.v1beta1.MatchResources */
export interface AdmissionregistrationV1beta1MatchResources {
  readonly excludeResourceRules?: readonly AdmissionregistrationV1beta1NamedRuleWithOperations[];
  readonly matchPolicy?: string;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly resourceRules?: readonly AdmissionregistrationV1beta1NamedRuleWithOperations[];
}

/** io.k8s.api.admissionregistration.v1beta1.NamedRuleWithOperations */
export interface AdmissionregistrationV1beta1NamedRuleWithOperations {
  readonly resourceNames?: readonly string[];
}

/** io.k8s.api.admissionregistration.v1beta1.ParamKind */
export interface AdmissionregistrationV1beta1ParamKind {
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** io.k8s.api.admissionregistration.v1beta1.ParamRef */
export interface AdmissionregistrationV1beta1ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly parameterNotFoundAction?: string;
  readonly selector?: LabelSelector;
}

/** io.k8s.api.admissionregistration.v1beta1.TypeChecking */
export interface AdmissionregistrationV1beta1TypeChecking {
  readonly expressionWarnings?: readonly AdmissionregistrationV1beta1ExpressionWarning[];
}

/** io.k8s.api.admissionregistration.v1beta1.ValidatingAdmissionPolicy */
export interface AdmissionregistrationV1beta1ValidatingAdmissionPolicy extends KubeObject {
  readonly spec: AdmissionregistrationV1beta1ValidatingAdmissionPolicySpec;
  readonly status?: AdmissionregistrationV1beta1ValidatingAdmissionPolicyStatus;
}

/** io.k8s.api.admissionregistration.v1beta1.ValidatingAdmissionPolicyBinding */
export interface AdmissionregistrationV1beta1ValidatingAdmissionPolicyBinding extends KubeObject {
  readonly spec: AdmissionregistrationV1beta1ValidatingAdmissionPolicyBindingSpec;
}

/** io.k8s.api.admissionregistration.v1beta1.ValidatingAdmissionPolicyBindingSpec */
export interface AdmissionregistrationV1beta1ValidatingAdmissionPolicyBindingSpec {
  readonly matchResources?: AdmissionregistrationV1beta1MatchResources;
  readonly paramRef?: AdmissionregistrationV1beta1ParamRef;
  readonly policyName?: string;
  readonly validationActions?: readonly ("Audit" | "Deny" | "Warn")[];
}

/** io.k8s.api.admissionregistration.v1beta1.ValidatingAdmissionPolicySpec */
export interface AdmissionregistrationV1beta1ValidatingAdmissionPolicySpec {
  readonly auditAnnotations?: readonly AdmissionregistrationV1beta1AuditAnnotation[];
  readonly failurePolicy?: string;
  readonly matchConditions?: readonly AdmissionregistrationV1beta1MatchCondition[];
  readonly matchConstraints?: AdmissionregistrationV1beta1MatchResources;
  readonly paramKind?: AdmissionregistrationV1beta1ParamKind;
  readonly validations?: readonly AdmissionregistrationV1beta1Validation[];
  readonly variables?: readonly AdmissionregistrationV1beta1Variable[];
}

/** io.k8s.api.admissionregistration.v1beta1.ValidatingAdmissionPolicyStatus */
export interface AdmissionregistrationV1beta1ValidatingAdmissionPolicyStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  readonly typeChecking?: AdmissionregistrationV1beta1TypeChecking;
}

/** io.k8s.api.admissionregistration.v1beta1.Validation */
export interface AdmissionregistrationV1beta1Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

/** io.k8s.api.admissionregistration.v1beta1.Variable */
export interface AdmissionregistrationV1beta1Variable {
  readonly expression: string;
  readonly name: string;
}

/** io.k8s.api.authentication.v1beta1.SelfSubjectReview */
export interface AuthenticationV1beta1SelfSubjectReview extends KubeObject {
  readonly status?: AuthenticationV1beta1SelfSubjectReviewStatus;
}

/** io.k8s.api.authentication.v1beta1.SelfSubjectReviewStatus */
export interface AuthenticationV1beta1SelfSubjectReviewStatus {
  readonly userInfo?: UserInfo;
}

/** io.k8s.api.networking.v1beta1.IPAddress */
export interface IPAddress extends KubeObject {
  readonly spec: IPAddressSpec;
}

/** io.k8s.api.networking.v1beta1.IPAddressSpec */
export interface IPAddressSpec {
  readonly parentRef?: ParentReference;
}

/** io.k8s.api.networking.v1beta1.ParentReference */
export interface ParentReference {
  readonly group?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly resource?: string;
}

/** io.k8s.api.networking.v1beta1.ServiceCIDR */
export interface ServiceCIDR extends KubeObject {
  readonly spec: ServiceCIDRSpec;
  readonly status?: ServiceCIDRStatus;
}

/** io.k8s.api.networking.v1beta1.ServiceCIDRSpec */
export interface ServiceCIDRSpec {
  readonly cidrs?: readonly string[];
}

/** io.k8s.api.networking.v1beta1.ServiceCIDRStatus */
export interface ServiceCIDRStatus {
  readonly conditions?: readonly Condition[];
}

/** io.k8s.api.resource.v1beta1.AllocatedDeviceStatus */
export interface AllocatedDeviceStatus {
  readonly conditions?: readonly Condition[];
  readonly data?: Record<string, unknown>;
  readonly device: string;
  readonly driver: string;
  readonly networkData?: NetworkDeviceData;
  readonly pool: string;
}

/** io.k8s.api.resource.v1beta1.AllocationResult */
export interface AllocationResult {
  readonly devices?: DeviceAllocationResult;
  readonly nodeSelector?: NodeSelector;
}

/** io.k8s.api.resource.v1beta1.BasicDevice */
export interface BasicDevice {
  readonly attributes?: Readonly<Record<string, DeviceAttribute>>;
  readonly capacity?: Readonly<Record<string, DeviceCapacity>>;
}

/** io.k8s.api.resource.v1beta1.CELDeviceSelector */
export interface CELDeviceSelector {
  readonly expression: string;
}

/** io.k8s.api.resource.v1beta1.Device */
export interface Device {
  readonly basic?: BasicDevice;
  readonly name: string;
}

/** io.k8s.api.resource.v1beta1.DeviceAllocationConfiguration */
export interface DeviceAllocationConfiguration extends DeviceConfiguration {
  readonly requests?: readonly string[];
  readonly source: string;
}

/** io.k8s.api.resource.v1beta1.DeviceAllocationResult */
export interface DeviceAllocationResult {
  readonly config?: readonly DeviceAllocationConfiguration[];
  readonly results?: readonly DeviceRequestAllocationResult[];
}

/** io.k8s.api.resource.v1beta1.DeviceAttribute */
export interface DeviceAttribute {
  readonly bool?: boolean;
  readonly int?: number;
  readonly string?: string;
  readonly version?: string;
}

/** io.k8s.api.resource.v1beta1.DeviceCapacity */
export interface DeviceCapacity {
  readonly value: string;
}

/** io.k8s.api.resource.v1beta1.DeviceClaim */
export interface DeviceClaim {
  readonly config?: readonly DeviceClaimConfiguration[];
  readonly constraints?: readonly DeviceConstraint[];
  readonly requests?: readonly DeviceRequest[];
}

/** io.k8s.api.resource.v1beta1.DeviceClaimConfiguration */
export interface DeviceClaimConfiguration extends DeviceConfiguration {
  readonly requests?: readonly string[];
}

/** io.k8s.api.resource.v1beta1.DeviceClass */
export interface DeviceClass extends KubeObject {
  readonly spec: DeviceClassSpec;
}

/** io.k8s.api.resource.v1beta1.DeviceClassConfiguration */
export interface DeviceClassConfiguration extends DeviceConfiguration {}

/** io.k8s.api.resource.v1beta1.DeviceClassSpec */
export interface DeviceClassSpec {
  readonly config?: readonly DeviceClassConfiguration[];
  readonly selectors?: readonly DeviceSelector[];
}

/** io.k8s.api.resource.v1beta1.DeviceConfiguration */
export interface DeviceConfiguration {
  readonly opaque?: OpaqueDeviceConfiguration;
}

/** io.k8s.api.resource.v1beta1.DeviceConstraint */
export interface DeviceConstraint {
  readonly matchAttribute?: string;
  readonly requests?: readonly string[];
}

/** io.k8s.api.resource.v1beta1.DeviceRequest */
export interface DeviceRequest {
  readonly adminAccess?: boolean;
  readonly allocationMode?: string;
  readonly count?: number;
  readonly deviceClassName: string;
  readonly name: string;
  readonly selectors?: readonly DeviceSelector[];
}

/** io.k8s.api.resource.v1beta1.DeviceRequestAllocationResult */
export interface DeviceRequestAllocationResult {
  readonly adminAccess?: boolean;
  readonly device: string;
  readonly driver: string;
  readonly pool: string;
  readonly request: string;
}

/** io.k8s.api.resource.v1beta1.DeviceSelector */
export interface DeviceSelector {
  readonly cel?: CELDeviceSelector;
}

/** io.k8s.api.resource.v1beta1.NetworkDeviceData */
export interface NetworkDeviceData {
  readonly hardwareAddress?: string;
  readonly interfaceName?: string;
  readonly ips?: readonly string[];
}

/** io.k8s.api.resource.v1beta1.OpaqueDeviceConfiguration */
export interface OpaqueDeviceConfiguration {
  readonly driver: string;
  readonly parameters: Record<string, unknown>;
}

/** io.k8s.api.resource.v1beta1.ResourceClaim */
export interface ResourceV1beta1ResourceClaim extends KubeObject {
  readonly spec: ResourceClaimSpec;
  readonly status?: ResourceClaimStatus;
}

/** io.k8s.api.resource.v1beta1.ResourceClaimConsumerReference */
export interface ResourceClaimConsumerReference {
  readonly apiGroup?: string;
  readonly name: string;
  readonly resource: string;
  readonly uid: string;
}

/** io.k8s.api.resource.v1beta1.ResourceClaimSpec */
export interface ResourceClaimSpec {
  readonly devices?: DeviceClaim;
}

/** io.k8s.api.resource.v1beta1.ResourceClaimStatus */
export interface ResourceClaimStatus {
  readonly allocation?: AllocationResult;
  readonly devices?: readonly AllocatedDeviceStatus[];
  readonly reservedFor?: readonly ResourceClaimConsumerReference[];
}

/** io.k8s.api.resource.v1beta1.ResourceClaimTemplate */
export interface ResourceClaimTemplate extends KubeObject {
  readonly spec: ResourceClaimTemplateSpec;
}

/** io.k8s.api.resource.v1beta1.ResourceClaimTemplateSpec */
export interface ResourceClaimTemplateSpec {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: ResourceClaimSpec;
}

/** io.k8s.api.resource.v1beta1.ResourcePool */
export interface ResourcePool {
  readonly generation: number;
  readonly name: string;
  readonly resourceSliceCount: number;
}

/** io.k8s.api.resource.v1beta1.ResourceSlice */
export interface ResourceSlice extends KubeObject {
  readonly spec: ResourceSliceSpec;
}

/** io.k8s.api.resource.v1beta1.ResourceSliceSpec */
export interface ResourceSliceSpec {
  readonly allNodes?: boolean;
  readonly devices?: readonly Device[];
  readonly driver: string;
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly pool: ResourcePool;
}

/** io.k8s.api.storage.v1beta1.VolumeAttributesClass */
export interface VolumeAttributesClass extends KubeObject {
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** io.k8s.metrics.pkg.apis.metrics.v1beta1.ContainerMetrics */
export interface ContainerMetrics {
  readonly name: string;
  readonly usage: Readonly<Record<string, string>>;
}

/** io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics */
export interface NodeMetrics extends KubeObject {
  readonly timestamp: string;
  readonly usage: Readonly<Record<string, string>>;
  readonly window: string;
}

/** io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics */
export interface PodMetrics extends KubeObject {
  readonly containers: readonly ContainerMetrics[];
  readonly timestamp: string;
  readonly window: string;
}

/** io.k8s.api.admissionregistration.v1alpha1.ApplyConfiguration */
export interface ApplyConfiguration {
  readonly expression?: string;
}

/** io.k8s.api.admissionregistration.v1alpha1.JSONPatch */
export interface JSONPatch {
  readonly expression?: string;
}

/** io.k8s.api.admissionregistration.v1alpha1.MatchResources */
export interface AdmissionregistrationV1alpha1MatchResources {
  readonly excludeResourceRules?: readonly AdmissionregistrationV1alpha1NamedRuleWithOperations[];
  readonly matchPolicy?: "Equivalent" | "Exact";
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly resourceRules?: readonly AdmissionregistrationV1alpha1NamedRuleWithOperations[];
}

/** io.k8s.api.admissionregistration.v1alpha1.MutatingAdmissionPolicy */
export interface MutatingAdmissionPolicy extends KubeObject {
  readonly spec: MutatingAdmissionPolicySpec;
}

/** io.k8s.api.admissionregistration.v1alpha1.MutatingAdmissionPolicyBinding */
export interface MutatingAdmissionPolicyBinding extends KubeObject {
  readonly spec: MutatingAdmissionPolicyBindingSpec;
}

/** io.k8s.api.admissionregistration.v1alpha1.MutatingAdmissionPolicyBindingSpec */
export interface MutatingAdmissionPolicyBindingSpec {
  readonly matchResources?: AdmissionregistrationV1alpha1MatchResources;
  readonly paramRef?: AdmissionregistrationV1alpha1ParamRef;
  readonly policyName?: string;
}

/** io.k8s.api.admissionregistration.v1alpha1.MutatingAdmissionPolicySpec */
export interface MutatingAdmissionPolicySpec {
  readonly failurePolicy?: "Fail" | "Ignore";
  readonly matchConditions?: readonly Record<string, unknown>[];
  readonly matchConstraints?: AdmissionregistrationV1alpha1MatchResources;
  readonly mutations?: readonly Mutation[];
  readonly paramKind?: AdmissionregistrationV1alpha1ParamKind;
  readonly reinvocationPolicy?: Record<string, unknown>;
  readonly variables?: readonly AdmissionregistrationV1alpha1Variable[];
}

/** io.k8s.api.admissionregistration.v1alpha1.Mutation */
export interface Mutation {
  readonly applyConfiguration?: ApplyConfiguration;
  readonly jsonPatch?: JSONPatch;
  readonly patchType: "ApplyConfiguration" | "JSONPatch";
}

/** io.k8s.api.admissionregistration.v1alpha1.NamedRuleWithOperations */
export interface AdmissionregistrationV1alpha1NamedRuleWithOperations {
  readonly resourceNames?: readonly string[];
}

/** io.k8s.api.admissionregistration.v1alpha1.ParamKind */
export interface AdmissionregistrationV1alpha1ParamKind {
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** io.k8s.api.admissionregistration.v1alpha1.ParamRef */
export interface AdmissionregistrationV1alpha1ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly parameterNotFoundAction?: "Allow" | "Deny";
  readonly selector?: LabelSelector;
}

/** io.k8s.api.admissionregistration.v1alpha1.Variable */
export interface AdmissionregistrationV1alpha1Variable {
  readonly expression: string;
  readonly name: string;
}

/** io.k8s.api.apiserverinternal.v1alpha1.ServerStorageVersion */
export interface ServerStorageVersion {
  readonly apiServerID?: string;
  readonly decodableVersions?: readonly string[];
  readonly encodingVersion?: string;
  readonly servedVersions?: readonly string[];
}

/** io.k8s.api.apiserverinternal.v1alpha1.StorageVersion */
export interface StorageVersion extends KubeObject {
  readonly spec: Record<string, unknown>;
  readonly status: StorageVersionStatus;
}

/** io.k8s.api.apiserverinternal.v1alpha1.StorageVersionCondition */
export interface StorageVersionCondition {
  readonly lastTransitionTime?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  readonly reason: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.apiserverinternal.v1alpha1.StorageVersionStatus */
export interface StorageVersionStatus {
  readonly commonEncodingVersion?: string;
  readonly conditions?: readonly StorageVersionCondition[];
  readonly storageVersions?: readonly ServerStorageVersion[];
}

/** io.k8s.api.certificates.v1alpha1.ClusterTrustBundle */
export interface ClusterTrustBundle extends KubeObject {
  readonly spec: ClusterTrustBundleSpec;
}

/** io.k8s.api.certificates.v1alpha1.ClusterTrustBundleSpec */
export interface ClusterTrustBundleSpec {
  readonly signerName?: string;
  readonly trustBundle: string;
}

/** io.k8s.api.coordination.v1alpha2.LeaseCandidate */
export interface LeaseCandidate extends KubeObject {
  readonly spec: LeaseCandidateSpec;
}

/** io.k8s.api.coordination.v1alpha2.LeaseCandidateSpec */
export interface LeaseCandidateSpec {
  readonly binaryVersion: string;
  readonly emulationVersion?: string;
  readonly leaseName: string;
  readonly pingTime?: string;
  readonly renewTime?: string;
  readonly strategy?: string;
}

/** io.k8s.api.resource.v1alpha3.AllocatedDeviceStatus */
export interface ResourceV1alpha3AllocatedDeviceStatus {
  readonly conditions?: readonly Condition[];
  readonly data?: Record<string, unknown>;
  readonly device: string;
  readonly driver: string;
  readonly networkData?: ResourceV1alpha3NetworkDeviceData;
  readonly pool: string;
}

/** io.k8s.api.resource.v1alpha3.AllocationResult */
export interface ResourceV1alpha3AllocationResult {
  readonly devices?: ResourceV1alpha3DeviceAllocationResult;
  readonly nodeSelector?: NodeSelector;
}

/** io.k8s.api.resource.v1alpha3.BasicDevice */
export interface ResourceV1alpha3BasicDevice {
  readonly attributes?: Readonly<Record<string, ResourceV1alpha3DeviceAttribute>>;
  readonly capacity?: Readonly<Record<string, string>>;
}

/** io.k8s.api.resource.v1alpha3.CELDeviceSelector */
export interface ResourceV1alpha3CELDeviceSelector {
  readonly expression: string;
}

/** io.k8s.api.resource.v1alpha3.Device */
export interface ResourceV1alpha3Device {
  readonly basic?: ResourceV1alpha3BasicDevice;
  readonly name: string;
}

/** io.k8s.api.resource.v1alpha3.DeviceAllocationConfiguration */
export interface ResourceV1alpha3DeviceAllocationConfiguration extends ResourceV1alpha3DeviceConfiguration {
  readonly requests?: readonly string[];
  readonly source: string;
}

/** io.k8s.api.resource.v1alpha3.DeviceAllocationResult */
export interface ResourceV1alpha3DeviceAllocationResult {
  readonly config?: readonly ResourceV1alpha3DeviceAllocationConfiguration[];
  readonly results?: readonly ResourceV1alpha3DeviceRequestAllocationResult[];
}

/** io.k8s.api.resource.v1alpha3.DeviceAttribute */
export interface ResourceV1alpha3DeviceAttribute {
  readonly bool?: boolean;
  readonly int?: number;
  readonly string?: string;
  readonly version?: string;
}

/** io.k8s.api.resource.v1alpha3.DeviceClaim */
export interface ResourceV1alpha3DeviceClaim {
  readonly config?: readonly ResourceV1alpha3DeviceClaimConfiguration[];
  readonly constraints?: readonly ResourceV1alpha3DeviceConstraint[];
  readonly requests?: readonly ResourceV1alpha3DeviceRequest[];
}

/** io.k8s.api.resource.v1alpha3.DeviceClaimConfiguration */
export interface ResourceV1alpha3DeviceClaimConfiguration extends ResourceV1alpha3DeviceConfiguration {
  readonly requests?: readonly string[];
}

/** io.k8s.api.resource.v1alpha3.DeviceClass */
export interface ResourceV1alpha3DeviceClass extends KubeObject {
  readonly spec: ResourceV1alpha3DeviceClassSpec;
}

/** io.k8s.api.resource.v1alpha3.DeviceClassConfiguration */
export interface ResourceV1alpha3DeviceClassConfiguration extends ResourceV1alpha3DeviceConfiguration {}

/** io.k8s.api.resource.v1alpha3.DeviceClassSpec */
export interface ResourceV1alpha3DeviceClassSpec {
  readonly config?: readonly ResourceV1alpha3DeviceClassConfiguration[];
  readonly selectors?: readonly ResourceV1alpha3DeviceSelector[];
}

/** io.k8s.api.resource.v1alpha3.DeviceConfiguration */
export interface ResourceV1alpha3DeviceConfiguration {
  readonly opaque?: ResourceV1alpha3OpaqueDeviceConfiguration;
}

/** io.k8s.api.resource.v1alpha3.DeviceConstraint */
export interface ResourceV1alpha3DeviceConstraint {
  readonly matchAttribute?: string;
  readonly requests?: readonly string[];
}

/** io.k8s.api.resource.v1alpha3.DeviceRequest */
export interface ResourceV1alpha3DeviceRequest {
  readonly adminAccess?: boolean;
  readonly allocationMode?: string;
  readonly count?: number;
  readonly deviceClassName: string;
  readonly name: string;
  readonly selectors?: readonly ResourceV1alpha3DeviceSelector[];
}

/** io.k8s.api.resource.v1alpha3.DeviceRequestAllocationResult */
export interface ResourceV1alpha3DeviceRequestAllocationResult {
  readonly adminAccess?: boolean;
  readonly device: string;
  readonly driver: string;
  readonly pool: string;
  readonly request: string;
}

/** io.k8s.api.resource.v1alpha3.DeviceSelector */
export interface ResourceV1alpha3DeviceSelector {
  readonly cel?: ResourceV1alpha3CELDeviceSelector;
}

/** io.k8s.api.resource.v1alpha3.NetworkDeviceData */
export interface ResourceV1alpha3NetworkDeviceData {
  readonly hardwareAddress?: string;
  readonly interfaceName?: string;
  readonly ips?: readonly string[];
}

/** io.k8s.api.resource.v1alpha3.OpaqueDeviceConfiguration */
export interface ResourceV1alpha3OpaqueDeviceConfiguration {
  readonly driver: string;
  readonly parameters: Record<string, unknown>;
}

/** io.k8s.api.resource.v1alpha3.ResourceClaim */
export interface ResourceV1alpha3ResourceClaim extends KubeObject {
  readonly spec: ResourceV1alpha3ResourceClaimSpec;
  readonly status?: ResourceV1alpha3ResourceClaimStatus;
}

/** io.k8s.api.resource.v1alpha3.ResourceClaimConsumerReference */
export interface ResourceV1alpha3ResourceClaimConsumerReference {
  readonly apiGroup?: string;
  readonly name: string;
  readonly resource: string;
  readonly uid: string;
}

/** io.k8s.api.resource.v1alpha3.ResourceClaimSpec */
export interface ResourceV1alpha3ResourceClaimSpec {
  readonly devices?: ResourceV1alpha3DeviceClaim;
}

/** io.k8s.api.resource.v1alpha3.ResourceClaimStatus */
export interface ResourceV1alpha3ResourceClaimStatus {
  readonly allocation?: ResourceV1alpha3AllocationResult;
  readonly devices?: readonly ResourceV1alpha3AllocatedDeviceStatus[];
  readonly reservedFor?: readonly ResourceV1alpha3ResourceClaimConsumerReference[];
}

/** io.k8s.api.resource.v1alpha3.ResourceClaimTemplate */
export interface ResourceV1alpha3ResourceClaimTemplate extends KubeObject {
  readonly spec: ResourceV1alpha3ResourceClaimTemplateSpec;
}

/** io.k8s.api.resource.v1alpha3.ResourceClaimTemplateSpec */
export interface ResourceV1alpha3ResourceClaimTemplateSpec {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: ResourceV1alpha3ResourceClaimSpec;
}

/** io.k8s.api.resource.v1alpha3.ResourcePool */
export interface ResourceV1alpha3ResourcePool {
  readonly generation: number;
  readonly name: string;
  readonly resourceSliceCount: number;
}

/** io.k8s.api.resource.v1alpha3.ResourceSlice */
export interface ResourceV1alpha3ResourceSlice extends KubeObject {
  readonly spec: ResourceV1alpha3ResourceSliceSpec;
}

/** io.k8s.api.resource.v1alpha3.ResourceSliceSpec */
export interface ResourceV1alpha3ResourceSliceSpec {
  readonly allNodes?: boolean;
  readonly devices?: readonly ResourceV1alpha3Device[];
  readonly driver: string;
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly pool: ResourceV1alpha3ResourcePool;
}

/** io.k8s.api.storage.v1alpha1.VolumeAttributesClass */
export interface StorageV1alpha1VolumeAttributesClass extends KubeObject {
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** io.k8s.api.storagemigration.v1alpha1.GroupVersionResource */
export interface GroupVersionResource {
  readonly group?: string;
  readonly resource?: string;
  readonly version?: string;
}

/** io.k8s.api.storagemigration.v1alpha1.MigrationCondition */
export interface MigrationCondition {
  readonly lastUpdateTime?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

/** io.k8s.api.storagemigration.v1alpha1.StorageVersionMigration */
export interface StorageVersionMigration extends KubeObject {
  readonly spec: StorageVersionMigrationSpec;
  readonly status?: StorageVersionMigrationStatus;
}

/** io.k8s.api.storagemigration.v1alpha1.StorageVersionMigrationSpec */
export interface StorageVersionMigrationSpec {
  readonly continueToken?: string;
  readonly resource: GroupVersionResource;
}

/** io.k8s.api.storagemigration.v1alpha1.StorageVersionMigrationStatus */
export interface StorageVersionMigrationStatus {
  readonly conditions?: readonly MigrationCondition[];
  readonly resourceVersion?: string;
}

/** io.k8s.metrics.pkg.apis.metrics.v1alpha1.ContainerMetrics */
export interface MetricsV1alpha1ContainerMetrics {
  readonly name: string;
  readonly usage: Readonly<Record<string, string>>;
}

/** io.k8s.metrics.pkg.apis.metrics.v1alpha1.NodeMetrics */
export interface MetricsV1alpha1NodeMetrics extends KubeObject {
  readonly timestamp: string;
  readonly usage: Readonly<Record<string, string>>;
  readonly window: string;
}

/** io.k8s.metrics.pkg.apis.metrics.v1alpha1.PodMetrics */
export interface MetricsV1alpha1PodMetrics extends KubeObject {
  readonly containers: readonly MetricsV1alpha1ContainerMetrics[];
  readonly timestamp: string;
  readonly window: string;
}

/** The types of the kinds that a cluster keeps. */
export interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly Endpoints: Endpoints;
  readonly Event: Event;
  readonly LimitRange: LimitRange;
  readonly Namespace: Namespace;
  readonly Node: Node;
  readonly PersistentVolume: PersistentVolume;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly Pod: Pod;
  readonly PodTemplate: PodTemplate;
  readonly ReplicationController: ReplicationController;
  readonly ResourceQuota: ResourceQuota;
  readonly Secret: Secret;
  readonly Service: Service;
  readonly ServiceAccount: ServiceAccount;
  readonly MutatingWebhookConfiguration: MutatingWebhookConfiguration;
  readonly ValidatingAdmissionPolicy: ValidatingAdmissionPolicy;
  readonly ValidatingAdmissionPolicyBinding: ValidatingAdmissionPolicyBinding;
  readonly ValidatingWebhookConfiguration: ValidatingWebhookConfiguration;
  readonly ControllerRevision: ControllerRevision;
  readonly DaemonSet: DaemonSet;
  readonly Deployment: Deployment;
  readonly ReplicaSet: ReplicaSet;
  readonly StatefulSet: StatefulSet;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly CronJob: CronJob;
  readonly Job: Job;
  readonly CertificateSigningRequest: CertificateSigningRequest;
  readonly Lease: Lease;
  readonly EndpointSlice: EndpointSlice;
  readonly FlowSchema: FlowSchema;
  readonly PriorityLevelConfiguration: PriorityLevelConfiguration;
  readonly Ingress: Ingress;
  readonly IngressClass: IngressClass;
  readonly NetworkPolicy: NetworkPolicy;
  readonly RuntimeClass: RuntimeClass;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly ClusterRole: ClusterRole;
  readonly ClusterRoleBinding: ClusterRoleBinding;
  readonly Role: Role;
  readonly RoleBinding: RoleBinding;
  readonly PriorityClass: PriorityClass;
  readonly CSIDriver: CSIDriver;
  readonly CSINode: CSINode;
  readonly CSIStorageCapacity: CSIStorageCapacity;
  readonly StorageClass: StorageClass;
  readonly VolumeAttachment: VolumeAttachment;
  readonly CustomResourceDefinition: CustomResourceDefinition;
  readonly APIService: APIService;
}
