import type { ObjectKey } from "../api/object.ts";
import type { Secret } from "../api/types.gen.ts";
import { admissionSteps } from "../apiserver/admission/index.ts";
import { typeCheckedPolicies } from "../apiserver/admission/policy/type-check.ts";
import { Aggregator } from "../apiserver/aggregation/aggregator.ts";
import { authenticationConfigMap, publishAuthentication } from "../apiserver/aggregation/publish-authentication.ts";
import { ServiceAllocator } from "../apiserver/allocation/service-allocator.ts";
import { ApiServer } from "../apiserver/api-server.ts";
import { followCustomGroups, initialApiServices } from "../apiserver/api-services.ts";
import { type Authenticator, createAuthenticator } from "../apiserver/auth/authentication.ts";
import { anyOf, type Authorizer } from "../apiserver/auth/authorization.ts";
import { bootstrapTokens } from "../apiserver/auth/bootstrap-tokens.ts";
import type { Credentials } from "../apiserver/auth/certificates.ts";
import { nodeAuthorizer } from "../apiserver/auth/node-authorizer.ts";
import { type RbacAuthorizer, rbacAuthorizer } from "../apiserver/auth/rbac.ts";
import { type ServiceAccountTokens, serviceAccountTokens } from "../apiserver/auth/service-account-tokens.ts";
import { bootstrapObjects } from "../apiserver/bootstrap.ts";
import { Catalogue } from "../apiserver/catalogue.ts";
import { ruleCompiler } from "../apiserver/cel/rule-compiler.ts";
import { ComputedResources } from "../apiserver/computed/computed-resource.ts";
import { metricsResources } from "../apiserver/computed/metrics.ts";
import { serveCustomResources } from "../apiserver/custom-resources/custom-resources.ts";
import { reportDanglingFlowSchemas } from "../apiserver/flow-control/dangling.ts";
import { flowControl } from "../apiserver/flow-control/flow-control.ts";
import { localClient } from "../apiserver/local-client.ts";
import { OpenApi } from "../apiserver/openapi/openapi.ts";
import { Registry } from "../apiserver/registry.ts";
import { accessReview, localAccessReview, selfAccessReview } from "../apiserver/reviews/access-reviews.ts";
import { bindingOrder } from "../apiserver/reviews/binding-order.ts";
import { Reviews } from "../apiserver/reviews/review.ts";
import { rulesReview } from "../apiserver/reviews/rules-review.ts";
import { selfReview } from "../apiserver/reviews/self-review.ts";
import { tokenReview } from "../apiserver/reviews/token-review.ts";
import { bindingSubresource } from "../apiserver/subresources/binding.ts";
import { creatableHandlers } from "../apiserver/subresources/creatable.ts";
import { evictionSubresource } from "../apiserver/subresources/eviction.ts";
import { SubresourceHandlers } from "../apiserver/subresources/handlers.ts";
import { logHandler } from "../apiserver/subresources/log.ts";
import { partialUpdateHandlers } from "../apiserver/subresources/partial-update.ts";
import { proxyHandler } from "../apiserver/subresources/proxy.ts";
import { scaleHandler } from "../apiserver/subresources/scale.ts";
import { sessionHandlers } from "../apiserver/subresources/sessions.ts";
import { SubresourceTable } from "../apiserver/subresources/subresource.ts";
import { tokenSubresource } from "../apiserver/subresources/token.ts";
import { webhookCaller } from "../apiserver/webhook/call-webhook.ts";
import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import { Informers } from "../client/informer.ts";
import type { NodeAgents } from "../client/node-agents.ts";
import type { NodeUsage, PodMetrics } from "../client/pod-metrics.ts";
import type { Address } from "../network/network.ts";
import { bootstrapTokenNamespace } from "../resources/core/bootstrap-token.ts";
import { secrets } from "../resources/core/secret.ts";
import { services } from "../resources/core/service.ts";
import { builtinResources } from "../resources/index.ts";
import { clusterRoleBindings } from "../resources/rbac/cluster-role-binding.ts";
import { clusterRoles } from "../resources/rbac/cluster-role.ts";
import { roleBindings } from "../resources/rbac/role-binding.ts";
import { roles } from "../resources/rbac/role.ts";
import type { Log } from "../sim/log.ts";
import { compactRegularly } from "../storage/compaction.ts";
import { Store } from "../storage/store.ts";
import { serviceCidr } from "./addresses.ts";
import { joiningObjects, publishClusterInfo } from "./cluster-info.ts";
import type { Gate } from "./kubelet-door.ts";
import { recorderFor } from "./recorder.ts";
import type { Trust } from "./trust.ts";
import type { World } from "./world.ts";

/** For so long the tokens of what is being deleted are still good. */
const tokenLeewayMs = 60_000;

/** The API server and the ways to it from inside this process. */
export interface ControlPlane {
  readonly server: ApiServer;
  /** Whom it believes, and what they may do. */
  readonly gate: Gate;
  readonly registry: Registry;
  readonly store: Store;
  /** Shared by every component. */
  readonly informers: Informers;
  readonly events: EventRecorder;
  /** The client of one component, which its writes are signed with. */
  clientFor(component: string): Client;
  stop(): void;
}

export interface ControlPlaneOptions {
  readonly world: World;
  readonly agents: NodeAgents;
  /** Signs service-account tokens. */
  readonly tokenSecret: Uint8Array;
  /** Whom other API servers know this one by. */
  readonly trust?: Trust;
  /** What metrics.k8s.io tells. None: there is no such group, as in a cluster without metrics-server. */
  readonly usage?: PodMetrics & NodeUsage;
}

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { world, agents, tokenSecret, usage, trust } = options;
  const { clock, random, log } = world;
  const store = new Store();
  const catalogue = builtinCatalogue();
  const allocator = new ServiceAllocator({ store, resource: services, random: random.fork("services"), serviceCidr });
  const registry = new Registry({
    store,
    catalogue,
    clock,
    random: random.fork("objects"),
    admission: admissionSteps(agents),
    allocators: [allocator],
  });
  const tokens = serviceAccountTokens({
    clock,
    random: random.fork("token-ids"),
    secret: tokenSecret,
    uidOf: uidIn(registry),
  });
  const table = new SubresourceTable([bindingSubresource, evictionSubresource, tokenSubresource(tokens)]);
  const clientFor = (component: string): Client => localClient(registry, table, component);
  const informers = new Informers(clientFor("kube-controller-manager"));
  const computed = usage ? metricsResources({ informers, usage }) : [];
  for (const { resource } of computed) catalogue.add(resource);
  const rbac = rbacAuthorizer(informers, { roles, clusterRoles, roleBindings, clusterRoleBindings });
  const authorizer = anyOf([nodeAuthorizer(registry), rbac]);
  const gate: Gate = { authenticator: authenticatorOf(registry, tokens), authorizer };
  const aggregator = new Aggregator({ agents, registry, log, ...(trust ? { identity: frontProxyOf(trust) } : {}) });
  const server = new ApiServer({
    registry,
    ...gate,
    openApi: new OpenApi(catalogue, () => aggregator.openApiPaths()),
    tokens,
    flowControl: flowControl(informers),
    reviews: reviewsBy({ authorizer, rbac, tokens }),
    subresources: subresourcesBy(agents, table),
    computed: new ComputedResources(computed),
    aggregator,
    log,
  });
  const stops = [
    serveCustomResources({ registry, log, compile: ruleCompiler(), call: webhookCaller(agents, registry) }),
    reportDanglingFlowSchemas({ registry, informers, log }),
    followCustomGroups(registry, log),
    compactRegularly(store, clock),
    aggregator.stop,
    ...(trust ? publishTrust(trust, registry, clientFor("kubeadm"), log) : []),
  ];
  return {
    server,
    gate,
    registry,
    store,
    informers,
    events: recorderFor(world, clientFor),
    clientFor,
    stop: () => stops.forEach((stop) => stop()),
  };
}

function builtinCatalogue(): Catalogue {
  const catalogue = new Catalogue(builtinResources);
  catalogue.add(typeCheckedPolicies(catalogue));
  return catalogue;
}

function uidIn(registry: Registry): (kind: string, key: ObjectKey) => string | undefined {
  return (kind, key) => {
    const resource = registry.catalogue.findKind("v1", kind);
    const { uid, deletionTimestamp } = (resource && registry.find(resource, key)?.metadata) ?? {};
    const endsAt = Date.parse(deletionTimestamp ?? "") + tokenLeewayMs;
    return endsAt < registry.clock.now() ? undefined : uid;
  };
}

function authenticatorOf(registry: Registry, tokens: ServiceAccountTokens): Authenticator {
  const secretNamed = (name: string): Secret | undefined =>
    registry.find(secrets, { namespace: bootstrapTokenNamespace, name });
  return createAuthenticator([tokens, bootstrapTokens({ clock: registry.clock, secretNamed })]);
}

function publishTrust(trust: Trust, registry: Registry, kubeadm: Client, log: Log): readonly (() => void)[] {
  return [publishAuthentication(registry, trust, log), publishClusterInfo(kubeadm, trust, log)];
}

const frontProxy = "front-proxy-client";

/** Made when the first server of others is asked. */
function frontProxyOf(trust: Trust): () => Promise<Credentials> {
  let issuing: Promise<Credentials> | undefined;
  return () => (issuing ??= trust.authority().then((authority) => authority.issueClient(frontProxy, [])));
}

function reviewsBy({ authorizer, rbac, tokens }: Deciding): Reviews {
  return new Reviews([
    selfAccessReview(authorizer),
    accessReview(authorizer),
    localAccessReview(authorizer),
    rulesReview(rbac),
    tokenReview([tokens]),
    selfReview,
    bindingOrder,
  ]);
}

interface Deciding {
  readonly authorizer: Authorizer;
  readonly rbac: RbacAuthorizer;
  readonly tokens: ServiceAccountTokens;
}

function subresourcesBy(agents: NodeAgents, table: SubresourceTable): SubresourceHandlers {
  return new SubresourceHandlers([
    logHandler(agents),
    ...sessionHandlers(agents),
    proxyHandler(agents),
    scaleHandler,
    ...partialUpdateHandlers,
    ...creatableHandlers(table),
  ]);
}

/** Fills a fresh cluster with what every cluster has. */
export async function bootstrap({ registry }: ControlPlane, apiAddress: Address): Promise<void> {
  const options = { user: { name: "system:apiserver", groups: ["system:masters"] }, manager: "kube-apiserver" };
  const objects = [
    ...bootstrapObjects(apiAddress),
    authenticationConfigMap(),
    ...joiningObjects(),
    ...initialApiServices(registry.catalogue.list()),
  ];
  for (const object of objects) {
    const resource = registry.catalogue.findKind(object.apiVersion, object.kind);
    if (!resource) throw new Error(`no resource for ${object.apiVersion} ${object.kind}`);
    await registry.create(resource, object, options);
  }
}
