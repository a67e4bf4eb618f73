import type { Client } from "../client/client.ts";
import { EventRecorder } from "../client/events.ts";
import { events } from "../resources/core/event.ts";
import { controlPlaneNode } from "./addresses.ts";
import type { World } from "./world.ts";

/** Whose program a component is part of, by the name under which it tells; all others are controllers. */
const programs = new Map([
  ["default-scheduler", "kube-scheduler"],
  ["kube-apiserver", "kube-apiserver"],
  ["kube-proxy", "kube-proxy"],
  ["kubelet", "kubelet"],
  ["nginx-ingress-controller", "nginx-ingress-controller"],
  ["picokube", "picokube"],
]);

/** One recorder for all components: each Event is written in the name of the program that tells it. */
export function recorderFor({ clock, log }: World, clientFor: (program: string) => Client): EventRecorder {
  const clients = new Map<string, Client>();
  const clientOf = (component: string): Client => {
    const program = programs.get(component) ?? "kube-controller-manager";
    const client = clients.get(program) ?? clientFor(program);
    clients.set(program, client);
    return client;
  };
  return new EventRecorder({ clientOf, events, clock, log, host: controlPlaneNode });
}
