import { sameTree } from "../api/object.ts";
import type { Ingress, Secret } from "../api/types.gen.ts";
import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import { secrets } from "../resources/core/secret.ts";
import { ingressClasses } from "../resources/networking/ingress-class.ts";
import { ingresses } from "../resources/networking/ingress.ts";
import type { Clock } from "../sim/clock.ts";
import { describeError, type Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";
import { authSecretOf, type FindSecret, passwordsIn } from "./access.ts";
import { unsimulatedAnnotations } from "./annotations.ts";
import { isUnreadableHash } from "./htpasswd.ts";
import { type VirtualHost, virtualHostFor, virtualHosts } from "./routes.ts";
import { ingressServer, type IngressReply, type IngressRequest } from "./serve.ts";

const controllerName = "k8s.io/ingress-nginx";
const classAnnotation = "kubernetes.io/ingress.class";
const component = "nginx-ingress-controller";

export interface IngressControllerOptions {
  readonly informers: Informers;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What the cluster's ingress-nginx pods do; they themselves only listen. */
export interface IngressController {
  answer(incoming: IngressRequest): Promise<IngressReply>;
  /** The certificate for a name, from the Secret that its Ingress names. undefined: nginx's own. */
  certificateFor(name: string): KeyPair | undefined;
  /** A controller is up and reached at `address`; the returned function says that it has gone. */
  serving(address: string): () => void;
  stop(): void;
}

export function createIngressController(options: IngressControllerOptions): IngressController {
  const { informers, client, events, log } = options;
  const all = informers.for(ingresses);
  let table: ReadonlyMap<string, VirtualHost> | undefined;
  const served: string[] = [];
  const isOurs = (ingress: Ingress): boolean => {
    const name = ingress.spec.ingressClassName ?? ingress.metadata.annotations?.[classAnnotation];
    if (name === undefined) return false;
    const found = informers.for(ingressClasses).get({ namespace: "", name });
    return found?.spec?.controller === controllerName;
  };
  const hosts = (): ReadonlyMap<string, VirtualHost> => (table ??= virtualHosts(all.list().filter(isOurs)));
  const publish = (ingress: Ingress): void => {
    if (!isOurs(ingress)) return;
    publishAddress(ingress, served[0], client).catch((error: unknown) => {
      const { namespace = "", name } = ingress.metadata;
      if (all.get({ namespace, name }))
        log.write("warn", `status of Ingress ${namespace}/${name}: ${describeError(error)}`);
    });
  };
  const publishAll = (): void => {
    for (const ingress of all.list()) publish(ingress);
  };
  const findSecret: FindSecret = (namespace, name) => informers.for(secrets).get({ namespace, name });
  const stops = [
    all.onChange(({ type, object, previous }) => {
      table = undefined;
      if (type === "DELETED" || (previous && asksTheSame(previous, object))) return;
      if (served.length === 0 || !isOurs(object)) return;
      tell(object, events, findSecret);
      queueMicrotask(() =>
        publish(all.get({ namespace: object.metadata.namespace ?? "", name: object.metadata.name }) ?? object),
      );
    }),
    informers.for(ingressClasses).onChange(() => {
      table = undefined;
      if (served.length > 0) queueMicrotask(publishAll);
    }),
  ];
  return {
    answer: ingressServer({ ...options, hosts }),
    certificateFor(name) {
      const id = virtualHostFor(hosts(), name)?.tlsSecret;
      if (!id) return undefined;
      const [namespace = "", secretName = ""] = id.split("/");
      return keyPairOf(informers.for(secrets).get({ namespace, name: secretName }));
    },
    serving(address) {
      served.push(address);
      publishAll();
      return () => {
        served.splice(served.indexOf(address), 1);
        publishAll();
      };
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function asksTheSame(one: Ingress, other: Ingress): boolean {
  return sameTree(one.spec, other.spec) && sameTree(one.metadata.annotations, other.metadata.annotations);
}

async function publishAddress(ingress: Ingress, address: string | undefined, client: Client): Promise<void> {
  const wanted = address === undefined ? [] : [{ hostname: address }];
  if (sameTree(ingress.status?.loadBalancer?.ingress ?? [], wanted)) return;
  const key = { namespace: ingress.metadata.namespace ?? "", name: ingress.metadata.name };
  const status = { loadBalancer: { ingress: wanted.length > 0 ? wanted : null } };
  await client.patch(ingresses, key, { status }, "status");
}

function tell(ingress: Ingress, events: EventRecorder, findSecret: FindSecret): void {
  events.record(ingress, { component }, { type: "Normal", reason: "Sync", message: "Scheduled for sync" });
  const warn = (message: string): void =>
    events.record(ingress, { component }, { type: "Warning", reason: "NotSimulated", message });
  for (const name of unsimulatedAnnotations(ingress))
    warn(`annotation ${name} is accepted, but changes nothing in the simulated controller`);
  const secret = authSecretOf(ingress, findSecret);
  for (const [user, hash] of secret ? passwordsIn(secret, ingress) : []) {
    if (isUnreadableHash(hash))
      warn(`the password of ${user} is hashed in a way that is not simulated: use htpasswd -m`);
  }
}

function keyPairOf(secret: Secret | undefined): KeyPair | undefined {
  const cert = secret?.data?.["tls.crt"];
  const key = secret?.data?.["tls.key"];
  if (!cert || !key) return undefined;
  return { cert: Buffer.from(cert, "base64").toString(), key: Buffer.from(key, "base64").toString() };
}
