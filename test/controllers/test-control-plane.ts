import { parseDuration } from "../../src/api/duration.ts";
import type { Registry } from "../../src/apiserver/registry.ts";
import { hostIp, podCidr } from "../../src/cluster/addresses.ts";
import { bootstrap, type ControlPlane, createControlPlane } from "../../src/cluster/control-plane.ts";
import { type Controller, startController } from "../../src/controllers/controller.ts";
import { createNodeAgents } from "../../src/kubelet/node-agents.ts";
import { createNetwork } from "../../src/network/simulated-network.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { type Hands, handsOn } from "./test-cluster.ts";

/** An API server and the controllers that a test names; no nodes, so that a test plays the kubelet. */
export interface TestControlPlane extends Hands, AsyncDisposable {
  readonly clock: VirtualClock;
  /** For what must be done as a certain user. */
  readonly registry: Registry;
}

export async function testControlPlane(
  controllers: (clock: VirtualClock, plane: ControlPlane) => readonly Controller[],
): Promise<TestControlPlane> {
  const clock = new VirtualClock();
  const random = new Random(1);
  const errors: string[] = [];
  const log = {
    write(level: string, message: string): void {
      if (level === "error") errors.push(message);
    },
  };
  const network = createNetwork({ clock, random, pods: [podCidr] });
  const agents = createNodeAgents({ kubelets: new Map(), network, hostIp, clock });
  const plane = createControlPlane({ world: { clock, random, log }, agents, tokenSecret: random.bytes(32) });
  await bootstrap(plane, { ip: hostIp, port: 6443 });
  const { informers, events } = plane;
  const context = { client: plane.clientFor("kube-controller-manager"), informers, events, clock, random, log };
  const stops = controllers(clock, plane).map((controller) => startController(controller, context));
  await clock.settle();
  const times = { settle: () => clock.settle(), advance: (duration: string) => clock.advance(parseDuration(duration)) };
  return {
    ...handsOn(plane.clientFor("kubectl"), times),
    clock,
    registry: plane.registry,
    async [Symbol.asyncDispose]() {
      for (const stop of stops) stop();
      await clock.settle();
      if (errors.length > 0) throw new Error(errors.join("\n"));
    },
  };
}

/** A node that is well, and its lease. */
export function readyNode(name: string, more: object = {}): readonly object[] {
  const now = "2025-01-01T00:00:00Z";
  const condition = { lastHeartbeatTime: now, lastTransitionTime: now };
  return [
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, ...more },
      status: {
        conditions: [
          { type: "MemoryPressure", status: "False", reason: "KubeletHasSufficientMemory", ...condition },
          { type: "Ready", status: "True", reason: "KubeletReady", ...condition },
        ],
      },
    },
    {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace: "kube-node-lease" },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: "2025-01-01T00:00:00.000000Z" },
    },
  ];
}

/** What a kubelet says of a pod that runs. */
export function running(since: string, more: object = {}): object {
  return {
    status: {
      phase: "Running",
      startTime: since,
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: since }],
      ...more,
    },
  };
}
