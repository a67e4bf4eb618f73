import { badRequest, methodNotAllowed } from "../../api/status.ts";
import type { NodeAgents, SessionStreams } from "../../client/node-agents.ts";
import type { Call } from "../call.ts";
import { isSet } from "../query-flag.ts";
import type { Session } from "../request.ts";
import type { SubresourceHandler } from "./handlers.ts";
import { containerTarget, podOf, requireNode } from "./pod-target.ts";

/** exec, attach and port-forward: connections that are upgraded to streams. */
export function sessionHandlers(agents: NodeAgents): readonly SubresourceHandler[] {
  return [
    sessionHandler("exec", async (call) => {
      const target = containerTarget(call);
      requireNode(target.pod);
      const command = call.request.query.getAll("command");
      if (command.length === 0) throw badRequest("you must specify at least one command for the container");
      return { kind: "command", wants: wanted(call), run: (streams) => agents.exec(target, command, streams) };
    }),
    sessionHandler("attach", async (call) => {
      const target = containerTarget(call);
      requireNode(target.pod);
      const run = async (streams: SessionStreams): Promise<number> => {
        await agents.attach(target, streams);
        return 0;
      };
      return { kind: "command", wants: wanted(call), run };
    }),
    sessionHandler("portforward", async (call) => {
      const pod = podOf(call);
      requireNode(pod);
      const ports = call.request.query.getAll("ports").flatMap((list) => list.split(",").map(Number));
      return { kind: "portforward", ports, dial: (port) => agents.portForward(pod, port) };
    }),
  ];
}

function sessionHandler(subresource: string, open: (call: Call) => Promise<Session>): SubresourceHandler {
  return {
    subresource,
    serves: ({ plural, group }) => plural === "pods" && group === "",
    open,
    async handle({ request }) {
      if (request.method !== "GET" && request.method !== "POST") throw methodNotAllowed();
      throw badRequest("Upgrade request required");
    },
  };
}

function wanted({ request }: Call): { stdin: boolean; stdout: boolean; stderr: boolean; tty: boolean } {
  const asked = (name: string): boolean => isSet(request.query, name);
  const wants = { stdin: asked("stdin"), stdout: asked("stdout"), stderr: asked("stderr"), tty: asked("tty") };
  if (!wants.stdin && !wants.stdout && !wants.stderr) {
    throw badRequest("you must specify at least 1 of stdin, stdout, stderr");
  }
  return wants.tty ? { ...wants, stderr: false } : wants;
}
