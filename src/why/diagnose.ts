import type { Pod } from "../api/types.gen.ts";
import { pods } from "../resources/core/pod.ts";
import { atAddress } from "./address.ts";
import { type Diagnosis, symptoms } from "./diagnosis.ts";
import { fromHost } from "./host.ts";
import { resolve } from "./name.ts";
import { podProblem } from "./pod-problem.ts";
import { Trail } from "./trail.ts";
import type { WhyWorld } from "./world.ts";

export interface WhyRequest {
  /** `name` or `namespace/name` of a pod; `host` is this machine. */
  readonly from: string;
  /** As curl takes it: `web`, `web:8080/path`, `http://10.96.0.1`. */
  readonly url: string;
}

const schemePorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Follows a request from its name to the process that answers it, and says where it ends. Throws on a URL that is none. */
export function diagnose({ from, url }: WhyRequest, world: WhyWorld): Diagnosis {
  const target = targetOf(url);
  const trail = new Trail();
  const isHost = from === "host" || from === "this machine";
  if (isHost) fromHost(target, trail, world);
  else fromPod(from, target, { trail, world });
  const symptom = trail.symptom ?? symptoms.works;
  return {
    from: isHost ? "this machine" : qualified(from),
    url,
    works: trail.symptom === undefined,
    symptom,
    steps: trail.steps,
  };
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

function targetOf(url: string): Target {
  const [, scheme = "http", host = "", port] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:?#]+)(?::(\d+))?(?:[/?#]|$)/iu.exec(url) ?? [];
  if (host === "") throw new Error(`not a URL: ${JSON.stringify(url)}`);
  return {
    host: host.toLowerCase(),
    port: port === undefined ? (schemePorts[scheme.toLowerCase()] ?? 80) : Number(port),
  };
}

function qualified(name: string): string {
  return name.includes("/") ? name : `default/${name}`;
}

function fromPod(from: string, target: Target, { trail, world }: { trail: Trail; world: WhyWorld }): void {
  const [namespace = "", name = ""] = qualified(from).split("/");
  const pod: Pod | undefined = world.informers.for(pods).get({ namespace, name });
  const ip = pod?.status?.podIP;
  if (!pod || !ip) {
    const why = pod ? `is not running: ${podProblem(pod) ?? "it has no IP yet"}` : "does not exist";
    trail.broken("from", { text: `the pod ${namespace}/${name} ${why}`, symptom: "there is nobody to ask" });
    return;
  }
  const address = resolve(target.host, { pod, ip }, { trail, world });
  if (address !== undefined) atAddress({ ip: address, port: target.port }, { ip, pod }, { trail, world });
}
