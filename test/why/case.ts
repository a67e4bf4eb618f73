import { expect } from "vitest";

import type { Cluster, Diagnosis } from "../../src/index.ts";
import { answer, host, pod, serviceCluster } from "../support/service-cluster.ts";

/** A request that fails or does not, and what `why` tells of it. */
export interface Case {
  readonly what: string;
  readonly manifests: readonly string[];
  readonly url: string;
  /** This machine instead of the pod `client`. */
  readonly fromHost?: boolean;
  /** What the request really brings. */
  readonly really: string;
  /** The last step: `name: text`. */
  readonly told: RegExp;
  readonly remedy?: RegExp;
  readonly also?: (cluster: Cluster) => void | Promise<void>;
}

export const web = (name: string, spec: object = {}, container: object = {}): string =>
  pod(name, { app: "web" }, spec, container);
export const never = { readinessProbe: { exec: { command: ["false"] } } };
export const policy = (spec: object): string =>
  JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "rules" }, spec });

interface Findings {
  readonly told: string;
  readonly remedy: string;
  readonly symptom: string;
  readonly works: boolean;
  readonly really: string;
}

/** Asks `why`, and then really. */
export async function findings({ manifests, url, fromHost, also }: Case): Promise<Findings> {
  await using cluster = await serviceCluster();
  for (const manifest of manifests) await cluster.apply(manifest);
  await cluster.advance("2s");
  await also?.(cluster);
  await cluster.settle();
  const diagnosis = cluster.why(fromHost ? "host" : "client", url);
  const { symptom, works, steps } = diagnosis;
  const address = url.includes("://") ? url : `http://${url}`;
  const really = await answer(cluster, address, fromHost ? host : "client");
  return { told: lastOf(diagnosis), remedy: steps.at(-1)?.remedy ?? "", symptom, works, really };
}

/** What they should be: what is told agrees with what really happens. */
export function expectedOf({ told, remedy = /^/u, really }: Case): Findings {
  const symptom = codes[really] ?? (really.includes("getaddrinfo") ? /\(6\)/u : /answered/u);
  return {
    told: expect.stringMatching(told) as string,
    remedy: expect.stringMatching(remedy) as string,
    symptom: expect.stringMatching(symptom) as string,
    works: really.includes(":8080"),
    really,
  };
}

export function lastOf({ steps }: Diagnosis): string {
  const last = steps.at(-1);
  return `${last?.name}: ${last?.text}`;
}

const codes: Readonly<Record<string, RegExp>> = {
  ECONNREFUSED: /\(7\) Connection refused|\(6\)/u,
  ETIMEDOUT: /\(28\)|\(6\)/u,
  EHOSTUNREACH: /No route to host/u,
};
