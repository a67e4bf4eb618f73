import type { KubeObject } from "../api/object.ts";
import type { Transport } from "../client/transport.ts";
import { runKubectl } from "../kubectl/kubectl.ts";
import type { Clock } from "../sim/clock.ts";

/** `kubectl apply -f -` in this process. Rejects with what kubectl says when one of the manifests is refused. */
export async function apply(
  transport: Transport,
  clock: Clock,
  manifests: string | KubeObject | readonly KubeObject[],
): Promise<readonly string[]> {
  const text = typeof manifests === "string" ? manifests : JSON.stringify(listOf(manifests));
  const { stdout, stderr, exitCode } = await runKubectl(["apply", "-f", "-"], { transport, clock, stdin: text });
  if (exitCode !== 0) throw new Error(stderr.trimEnd());
  return stdout.trimEnd().split("\n");
}

function listOf(objects: KubeObject | readonly KubeObject[]): object {
  return { apiVersion: "v1", kind: "List", items: Array.isArray(objects) ? objects : [objects] };
}
